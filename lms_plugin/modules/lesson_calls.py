"""In the tokens of a lesson: calls of sourced facts, and the first use of each word of the glossary."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from markdown_it.token import Token

from course_content.building import CALL
from course_content.lexicon import Lexicon, SourcedFact, Term

TO_CHECK = " (da ricontrollare)"
SOURCE_ANCHOR = "fonte-"


def called(body: str, lexicon: Lexicon) -> list[SourcedFact]:
    """The facts that a lesson calls, each once, in the order of their first call."""
    names = dict.fromkeys(CALL.findall(body))
    return [lexicon.facts[name] for name in names if name in lexicon.facts]


def call_facts(tokens: Sequence[Token], lexicon: Lexicon, doubtful: Collection[str]) -> None:
    """Gives each call its words and the place of its source on the page; a doubtful fact says so."""
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_calls(token.children, lexicon, doubtful))


def _with_calls(children: list[Token], lexicon: Lexicon, doubtful: Collection[str]) -> Iterator[Token]:
    called_now: list[str] = []
    for place, child in enumerate(children):
        href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
        if child.type == "link_open":
            called_now.append(href.removeprefix("fact:") if href.startswith("fact:") else "")
        if not (href.startswith("fact:") and called_now[-1] in lexicon.facts):
            yield child
        else:
            child.attrSet("href", f"#{SOURCE_ANCHOR}{called_now[-1]}")
            yield child
            if children[place + 1].type == "link_close":
                yield _text(lexicon.facts[called_now[-1]].text)
        if child.type == "link_close" and called_now.pop() in doubtful:
            yield _text(TO_CHECK)


def link_terms(tokens: Sequence[Token], lexicon: Lexicon) -> None:
    """Makes the first use of each term in running text a link `glossary:id`."""
    words, owners = _words(lexicon)
    if words is None:
        return
    seen: set[str] = set()
    heading = False
    for token in tokens:
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "inline" and token.children and not heading:
            token.children = list(_with_terms(token.children, words, owners, seen))


@lru_cache(maxsize=32)
def _words(lexicon: Lexicon) -> tuple[re.Pattern[str] | None, dict[str, Term]]:
    owners = {form: term for term in lexicon.terms for form in (term.term, *term.forms)}
    if not owners:
        return None, {}
    longest_first = sorted(owners, key=len, reverse=True)
    ways = "|".join(_way(form) for form in longest_first)
    # «sai» is a verb, «SAI» a term.
    by_key = {form.casefold(): term for form, term in owners.items()}
    return re.compile(rf"(?<![\w-])(?:{ways})(?![\w-])"), by_key


def _way(form: str) -> str:
    """The form as a pattern: an abbreviation stays in capitals, of a word the first letter may be one."""
    if form == form.upper() or not form[0].isalpha():
        return re.escape(form)
    return f"[{form[0].lower()}{form[0].upper()}]{re.escape(form[1:])}"


def _with_terms(
    children: list[Token], words: re.Pattern[str], owners: dict[str, Term], seen: set[str]
) -> Iterator[Token]:
    inside_link = 0
    for child in children:
        inside_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or inside_link:
            yield child
        else:
            yield from _linked(child.content, words, owners, seen)


def _linked(text: str, words: re.Pattern[str], owners: dict[str, Term], seen: set[str]) -> Iterator[Token]:
    end = 0
    for match in words.finditer(text):
        term = owners[match[0].casefold()]
        if term.id in seen:
            continue
        seen.add(term.id)
        yield _text(text[end : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": f"glossary:{term.id}"})
        yield _text(match[0])
        yield Token("link_close", "a", -1)
        end = match.end()
    yield _text(text[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
