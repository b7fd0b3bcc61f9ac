"""Checks the table of facts and the glossary, and that lessons name norms and figures only by them.

A norm or a figure in running text that is not in the table cannot be found when the law changes. A section
that declares its example invented may use figures freely, as may block quotes.
"""

import re
from collections.abc import Iterator
from datetime import date

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_content.documents import Document
from course_content.problems import ContentError
from course_content.sources import LessonSource, ProgrammeSource

_parser = MarkdownIt("commonmark", {"html": True}).enable("table")
_DATE = r"(?:\d{1,2}°?\s+[a-z]+\s+\d{4},?\s+)?"
_KINDS = (
    r"legge(?:\s+(?:regionale|costituzionale|quadro))?",
    r"decreto(?:[ -](?:legislativo|legge|ministeriale))?",
    r"l\.", r"d\.\s?lgs\.", r"d\.?l\.?", r"d\.?m\.?", "dpcm", r"d\.?p\.?r\.?", r"regolamento\s+\(ue\)",
    "direttiva", "sentenza",
)  # fmt: skip
NORM = re.compile(
    rf"\b(?:{'|'.join(_KINDS)})\s+{_DATE}(?:(?:n\.\s*)?\d+\s*/\s*\d{{4}}|n\.\s*\d+|\d{{4}}/\d+)",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\b\d{1,3}(?:\.\d{3})+\b|\b\d+(?:,\d+)?\s?%")
INVENTED = re.compile(r"\b(?:inventat[oaie]|immaginari[oae]?|di fantasia)\b", re.IGNORECASE)


def lexicon_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Ids, and ways of writing a term, that are there twice."""
    if source.facts:
        yield from _twice(source.facts, "facts")
    if source.glossary:
        yield from _twice(source.glossary, "terms")
        yield from _forms_twice(source.glossary)


def _twice(document: Document, items: str) -> Iterator[ContentError]:
    seen: set[str] = set()
    for place, item in enumerate(document.data[items]):
        if item["id"] in seen:
            yield document.error((items, place, "id"), f"the id {item['id']!r} is there twice", "rename one")
        seen.add(item["id"])


def _forms_twice(glossary: Document) -> Iterator[ContentError]:
    seen: dict[str, str] = {}
    for place, term in enumerate(glossary.data["terms"]):
        for form in (term["term"], *term.get("forms", ())):
            other = seen.setdefault(form.casefold(), term["id"])
            if other != term["id"]:
                message = f"{form!r} is also written for the term {other!r}"
                yield glossary.error(("terms", place), message, "keep it in one of the two")


def expired_facts(source: ProgrammeSource, today: date) -> Iterator[ContentError]:
    """Facts whose day of review has come."""
    if source.facts is None:
        return
    for place, fact in enumerate(source.facts.data["facts"]):
        if "review_by" in fact and date.fromisoformat(fact["review_by"]) <= today:
            message = f"the fact {fact['id']!r} had to be checked again by {fact['review_by']}"
            hint = "read the source again, then correct the fact and its dates"
            yield source.facts.error(("facts", place, "review_by"), message, hint)


def uncalled_facts(source: ProgrammeSource, lesson: LessonSource) -> Iterator[ContentError]:
    """Norms and figures in the running text of a lesson that are no call of a fact."""
    if source.facts is None:
        return
    for line, found in _uncalled(lesson.body):
        message = f"{found!r} is not taken from the table of facts"
        hint = "call it: [words](fact:id), or say in the section that its example is invented"
        yield ContentError(lesson.front.path, lesson.body_line + line, message, hint)


def figures_and_norms(body: str, *, invented: bool) -> Iterator[str]:
    """Those that stand outside calls in a text; only norms where it is part of an `invented` story."""
    return (found for _line, found in _uncalled(body, invented=invented))


def _uncalled(body: str, *, invented: bool = False) -> Iterator[tuple[int, str]]:
    for line, text, said_invented in _running_text(body):
        free = invented or said_invented
        for match in (*NORM.finditer(text), *(() if free else FIGURE.finditer(text))):
            yield line, match[0]


def _running_text(body: str) -> Iterator[tuple[int, str, bool]]:
    """Line and words of each block outside quotes, and whether its section has called itself invented."""
    line = quoted = 0
    invented = False
    for token in _parser.parse(body):
        line = token.map[0] if token.map else line
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "heading_open":
            invented = False
        if token.type == "inline" and not quoted:
            text = _outside_calls(token)
            invented = invented or bool(INVENTED.search(text))
            yield line, text, invented


def _outside_calls(inline: Token) -> str:
    """The words of a block that stand outside calls of facts."""
    words: list[str] = []
    calls = 0
    for child in inline.children or ():
        if child.type == "link_open":
            calls += str(child.attrGet("href")).startswith("fact:") or calls > 0
        elif child.type == "link_close" and calls:
            calls -= 1
        elif not calls:
            words.append(child.content if child.type in {"text", "code_inline"} else " ")
    return "".join(words)
