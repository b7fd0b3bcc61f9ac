"""Warns of lessons that do not have the form which their programme declares, or are hard to read.

Warnings never keep a programme from being used: what they say is for whoever writes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt

from course_content.citation_checks import texts_of
from course_content.documents import Document
from course_content.lexicon import Lexicon, build_lexicon
from course_content.problems import ContentError
from course_content.readability import LONG_SENTENCE, Readability, readability
from course_content.sources import LessonSource, ProgrammeSource

LOWEST_GULPEASE = 45
LOWEST_MEAN = 50
_FIRST_WORDS = 20
_parser = MarkdownIt("commonmark", {"html": True}).enable("table")

Flaw = tuple[int, str, str]
"""The line inside the body (from 0), the message, the hint."""


def style_warnings(source: ProgrammeSource) -> Iterator[ContentError]:
    """Lessons too long, too short, hard to read, without a part of the form or with too few self-checks."""
    lexicon = build_lexicon(source.facts, source.glossary)
    form = source.programme.data.get("lesson_form", {})
    indexes: list[float] = []
    for lesson in source.lessons:
        figures = readability(lesson.body, lexicon)
        indexes.append(figures.gulpease)
        flaws = [
            *_reading_flaws(lesson.body, figures),
            *_form_flaws(lesson.body, figures.words, form, lexicon),
        ]
        for line, message, hint in flaws:
            yield ContentError(lesson.front.path, lesson.body_line + line, message, hint)
        yield from _self_check_warnings(lesson, form)
    for document in _documents(source):
        yield from _text_warnings(document, lexicon)
    if indexes and sum(indexes) / len(indexes) < LOWEST_MEAN:
        message = f"the mean Gulpease index of the lessons is under {LOWEST_MEAN}"
        yield source.programme.error((), message, "split long sentences; `content report` lists the lessons")


def _documents(source: ProgrammeSource) -> Iterator[Document]:
    yield from (lesson.front for lesson in source.lessons)
    for module in source.modules:
        yield from filter(None, (module.module, module.assessment, *module.simulations))
    yield from filter(None, (source.webinars, source.sessions, source.glossary))


def _text_warnings(document: Document, lexicon: Lexicon) -> Iterator[ContentError]:
    """Long sentences of questions, stories, summaries: whatever a reader reads outside lessons."""
    for at, text, _free in texts_of(document.data, (), free=False):
        for sentence in readability(text, lexicon).long_sentences if "resources" not in at else ():
            yield document.error(at, _long(sentence), "make two of it")


def _long(sentence: str) -> str:
    return f"a sentence of more than {LONG_SENTENCE} words: «{sentence[:60]}…»"


def _reading_flaws(body: str, figures: Readability) -> Iterator[Flaw]:
    for sentence in figures.long_sentences:
        yield _line_of(sentence, body), _long(sentence), "make two of it"
    if figures.gulpease < LOWEST_GULPEASE:
        message = f"hard to read: Gulpease {figures.gulpease:.0f}, under {LOWEST_GULPEASE}"
        yield 0, message, "shorter sentences and shorter words"


def _line_of(sentence: str, body: str) -> int:
    """The line where the sentence's first words are; the first line if its words come from a fact."""
    lines = enumerate(body.splitlines())
    return next((number for number, line in lines if sentence[:_FIRST_WORDS] in line), 0)


def _form_flaws(body: str, words: int, form: Mapping[str, Any], lexicon: Lexicon) -> Iterator[Flaw]:
    yield from _length_flaws(0, "the lesson", words, form)
    parts = form.get("parts", ())
    written = list(_written_parts(body))
    titles = [part["title"] for part in parts]
    if parts and [title for _line, title, _text in written] != titles:
        yield from _part_flaws(written, titles)
        return
    for part, (line, title, text) in zip(parts, written, strict=False):
        yield from _length_flaws(line, f"the part «{title}»", readability(text, lexicon).words, part)


def _length_flaws(line: int, what: str, words: int, wanted: Mapping[str, Any]) -> Iterator[Flaw]:
    limits = wanted.get("words", {"minimum": 1, "maximum": words + 1})
    if words < limits["minimum"]:
        yield (
            line,
            f"{what} has {words} words, fewer than {limits['minimum']}",
            "say more of what a reader will use",
        )
    if words > limits["maximum"]:
        yield line, f"{what} has {words} words, more than {limits['maximum']}", "take out what is not needed"


def _part_flaws(written: list[tuple[int, str, str]], titles: list[str]) -> Iterator[Flaw]:
    found = [title for _line, title, _text in written]
    hint = f"the parts are, in this order: {', '.join(titles)}"
    missing = [title for title in titles if title not in found]
    yield from ((0, f"the part «{title}» is missing", hint) for title in missing)
    others = [(line, title) for line, title, _text in written if title not in titles]
    yield from ((line, f"«{title}» is no part of a lesson", hint) for line, title in others)
    if not missing and not others:
        yield 0, "the parts of the lesson are not in their order, or one is there twice", hint


def _written_parts(body: str) -> Iterator[tuple[int, str, str]]:
    """Line, title and text of each part, which a heading of level 2 begins."""
    tokens, lines = _parser.parse(body), body.splitlines()
    starts = [
        (token.map[0], tokens[place + 1].content)
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.map
    ]
    ends = [*(line for line, _title in starts[1:]), len(lines)]
    for (line, title), end in zip(starts, ends, strict=True):
        yield line, title, "\n".join(lines[line + 1 : end])


def _self_check_warnings(lesson: LessonSource, form: Mapping[str, Any]) -> Iterator[ContentError]:
    wanted, found = form.get("self_checks", 0), len(lesson.front.data.get("self_checks", ()))
    if found < wanted:
        message = f"the lesson has {found} self-checks, fewer than {wanted}"
        yield lesson.front.error(("self_checks",), message, "add questions with feedback on every choice")
