"""Checks that norms, figures and years are taken from the table of facts.

In a lesson's running text they must be calls, so that readers see the source and an update is made in one
place. Texts in YAML cannot call: there the numbers must at least be in the table. A norm or a figure that is
in neither cannot be found when the law changes. A section, or a question, that has called its example
invented may use figures freely, as may block quotes and wrong answers; norms nobody invents.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_content.citations import agrees, figures, norms, numbers, plain, without_days, years
from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.sources import LessonSource, ModuleSource, ProgrammeSource
from course_content.texts import word

INVENTED = re.compile(
    r"(?<!\bnon è )(?<!\bnon sono )(?<!\bmai )(?<!\bva )(?<!\bvanno )"
    r"\b(?:inventat[oaie]|immaginari[oae]?|di fantasia)\b",
    re.IGNORECASE,
)
_CALL_HINT = "call it: [words](fact:id), or say in the section that its example is invented"
_TABLE_HINT = "write it in facts.yaml, correct it, or say in the text that its example is invented"
_UNREAD = frozenset({"id", "url", "verified_on", "starts_at", "ends_at", "kind", "answer", "roles", "en"})
_FREE = frozenset({"resources", "example"})  # citations; a worksheet's example, which its note calls invented
_CODE = {"fence", "code_block"}
_parser = MarkdownIt("commonmark", {"html": True}).enable("table")

Table = Mapping[str, frozenset[str]]
"""The numbers that each fact gives, by its id."""


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of one block of a lesson: what stands outside calls, each call with its words.

    `described` can hold no call: descriptions of images, titles of links.
    """

    line: int
    outside: str
    calls: tuple[tuple[str, str], ...] = ()
    described: str = ""
    quoted: bool = False


def table_of(facts: Document | None) -> Table:
    """The numbers of each fact; empty without a table."""
    items = facts.data["facts"] if facts else ()
    keys = ("text", "statement", "source", "doubt")
    return {item["id"]: numbers(" ".join(item.get(key, "") for key in keys)) for item in items}


def citation_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Norms, figures and years that are not taken from the table; nothing where a programme has none."""
    table = table_of(source.facts)
    if not table:
        return
    for lesson in source.lessons:
        yield from _lesson_problems(lesson, table)
        yield from _text_problems(lesson.front, table)
    for document in _documents(source):
        yield from _text_problems(document, table)
    for module in source.modules:
        yield from _picture_problems(module, table)


def _documents(source: ProgrammeSource) -> Iterator[Document]:
    for module in source.modules:
        yield from filter(None, (module.module, module.assessment))
        yield from filter(None, (lesson.worksheet for lesson in module.lessons))
    yield from filter(None, (source.webinars, source.sessions, source.glossary))


def _lesson_problems(lesson: LessonSource, table: Table) -> Iterator[ContentError]:
    for line, message, hint in running_text_flaws(lesson.body, table):
        yield ContentError(lesson.front.path, lesson.body_line + line, message, hint)


def running_text_flaws(body: str, table: Table, *, invented: bool = False) -> Iterator[tuple[int, str, str]]:
    """Line (from 0), message, hint of what Markdown says uncalled; an `invented` story has free figures."""
    blocks = list(_said(body))
    called = [table[name] for block in blocks for name, _words in block.calls if name in table]
    for block, said_invented in _with_invention(blocks):
        free = invented or said_invented or block.quoted
        flaws = [*_uncalled(block, called, free=free), *_contradicted(block, table)]
        flaws += [*_unknown(block.described, table, free=free)]
        yield from ((block.line, message, hint) for message, hint in flaws)


def _uncalled(block: _Said, called: list[frozenset[str]], *, free: bool) -> Iterator[tuple[str, str]]:
    found = norms(block.outside)
    if not free:
        found += figures(block.outside)
        for year in years(block.outside):
            if not agrees(year, called):
                hint = "call the fact that has it, or say in the section that its example is invented"
                yield f"the year {year} is in no fact that this lesson calls", hint
    yield from ((f"{one!r} is not taken from the table of facts", _CALL_HINT) for one in found)


def _contradicted(block: _Said, table: Table) -> Iterator[tuple[str, str]]:
    for name, words in block.calls:
        if numbers(words) and name in table and not agrees(words, [table[name]]):
            message = f"{words!r} has a number that the fact {name!r} does not give"
            yield message, "correct the number, or call the fact that gives it"


def _unknown(said: str, table: Table, *, free: bool) -> Iterator[tuple[str, str]]:
    """What a text that cannot call facts says, and no fact does."""
    for one in [*norms(said), *([] if free else [*figures(said), *years(said)])]:
        if not agrees(without_days(one), table.values()):
            yield f"{one!r} is not in the table of facts", _TABLE_HINT


def _with_invention(blocks: list[_Said]) -> Iterator[tuple[_Said, bool]]:
    """Each block, and whether its section has called itself invented. A heading has a line and no words."""
    invented = False
    for block in blocks:
        invented = bool(block.outside) and (invented or bool(INVENTED.search(block.outside)))
        yield block, invented


def _said(body: str) -> Iterator[_Said]:
    line = quoted = 0
    for token in _parser.parse(body):
        line = token.map[0] if token.map else line
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "heading_open":
            yield _Said(line, "")
        elif token.type in _CODE:
            yield _Said(line, plain(token.content) or " ", quoted=quoted > 0)
        elif token.type == "inline":
            outside, calls = _parted(token.children or [])
            yield _Said(
                line, plain(outside) or " ", calls, plain(_described(token.children or [])), quoted > 0
            )


def _parted(children: list[Token]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The words of a block that stand outside calls of facts, and the calls: fact and words."""
    outside: list[str] = []
    calls: list[tuple[str, str]] = []
    inside = False
    for child in children:
        scheme, _colon, name = str(child.attrGet("href")).partition(":")
        if child.type == "link_open" and scheme == "fact":
            calls.append((name, ""))
            inside = True
        elif child.type == "link_close":
            inside = False
        elif inside:
            calls[-1] = (calls[-1][0], calls[-1][1] + child.content)
        else:
            outside.append(child.content if child.type in {"text", "code_inline"} else " ")
    return "".join(outside), tuple(calls)


def _described(children: list[Token]) -> str:
    alternatives = [child.content for child in children if child.type == "image"]
    return ". ".join([*alternatives, *(str(child.attrGet("title") or "") for child in children)])


def _text_problems(document: Document, table: Table) -> Iterator[ContentError]:
    for at, text, free in texts_of(document.data, (), free=False):
        for message, hint in _unknown(plain(text), table, free=free or not _FREE.isdisjoint(at)):
            yield document.error(at, message, hint)


def texts_of(data: Any, at: At, *, free: bool) -> Iterator[tuple[At, str, bool]]:
    """Every text below `data`, and whether figures are free in it.

    They are in a question whose prompt says that its example is invented, and in answers that are wrong.
    """
    if isinstance(data, str):
        yield at, data, free or bool(INVENTED.search(data))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from texts_of(item, (*at, index), free=free)
    elif isinstance(data, dict):
        free = free or bool(INVENTED.search(str(data.get("prompt", ""))))
        wrong = _wrong_choices(data)
        for key, value in data.items():
            if key == "choices":
                yield from _choice_texts(value, (*at, key), wrong, free=free)
            elif key not in _UNREAD:
                yield from texts_of(value, (*at, key), free=free)


def _choice_texts(
    choices: list[Mapping[str, Any]], at: At, wrong: frozenset[int], *, free: bool
) -> Iterator[tuple[At, str, bool]]:
    for index, choice in enumerate(choices):
        yield (*at, index, "text"), choice["text"], free or index in wrong
        yield from texts_of(choice.get("feedback", ""), (*at, index, "feedback"), free=free)


def _wrong_choices(question: Mapping[str, Any]) -> frozenset[int]:
    """Places of the choices that are not right; in matching and ordering every choice is."""
    if question.get("kind") not in {"single", "multiple"}:
        return frozenset()
    right = {word(one) for one in question.get("answer", ())}
    return frozenset(
        place for place, choice in enumerate(question.get("choices", ())) if word(choice["id"]) not in right
    )


def _picture_problems(module: ModuleSource, table: Table) -> Iterator[ContentError]:
    """Figures and years written in a drawing: what its table or its lesson says must be what it shows."""
    for file in sorted((module.folder / "media").glob("*.svg")):
        for line, text in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
            said = plain(" ".join(re.findall(r">([^<>]+)<", text)))
            for message, hint in _unknown(said, table, free=False):
                yield ContentError(file, line, message, hint)
