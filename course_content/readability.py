"""How easily a lesson reads: words, sentences, the Gulpease index of Italian (Lucisano, Piemontese 1988)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_content.building import CALL
from course_content.lexicon import Lexicon

LONG_SENTENCE = 30
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_END = re.compile(r"[.!?…]+(?=\s|$|[»”\"])")
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Readability:
    """Figures of one text; `long_sentences` are those of more than LONG_SENTENCE words."""

    words: int
    words_in_sentences: int
    letters: int
    sentences: int
    long_sentences: tuple[str, ...]

    @property
    def gulpease(self) -> float:
        """From 0 (hard) to 100; from 60 on easy after middle school, from 40 on after high school."""
        if not self.words_in_sentences:
            return 100.0
        return min(100.0, 89 + (300 * self.sentences - 10 * self.letters) / self.words_in_sentences)


def readability(body: str, lexicon: Lexicon) -> Readability:
    """Of a lesson's Markdown, calls of facts with the words that readers see.

    Cells and headings have no sentences: they count among the words of the lesson only.
    """
    blocks = list(_blocks(_with_facts(body, lexicon)))
    sentences = [sentence for block, apart in blocks if not apart for sentence in _sentences(block)]
    said = [_WORD.findall(sentence) for sentence in sentences]
    long = tuple(one for one, words in zip(sentences, said, strict=True) if len(words) > LONG_SENTENCE)
    return Readability(
        words=sum(len(_WORD.findall(block)) for block, _apart in blocks),
        words_in_sentences=sum(map(len, said)),
        letters=sum(len(re.sub("['’.,]", "", word)) for words in said for word in words),
        sentences=len(sentences),
        long_sentences=long,
    )


def _with_facts(body: str, lexicon: Lexicon) -> str:
    """The body with the words of each fact that is called without words of its own."""

    def words(call: re.Match[str]) -> str:
        return lexicon.facts[call[1]].text if call[1] in lexicon.facts else ""

    return re.sub(rf"\[{CALL.pattern}", words, body)


def _blocks(body: str) -> Iterator[tuple[str, bool]]:
    """Each paragraph, item, heading or cell as plain words, and whether it is a cell or a heading."""
    apart = False
    for token in _parser.parse(body):
        if token.type in {"th_open", "td_open", "heading_open"}:
            apart = True
        elif token.type in {"th_close", "td_close", "heading_close"}:
            apart = False
        elif token.type == "inline":
            yield _plain(token), apart


def _plain(inline: Token) -> str:
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(child.type, child.content) for child in inline.children or ())


def _sentences(block: str) -> Iterator[str]:
    for part in _END.split(block):
        if _WORD.search(part):
            yield part.strip()
