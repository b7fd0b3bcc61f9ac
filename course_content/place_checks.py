"""Warns of invented places that a reader could take for real ones, or that are real.

`invented_places` of programme.yaml and `places` of a simulation name them; the check does nothing for a
programme that names none.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from course_content.citation_checks import INVENTED
from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.sources import LessonSource, ModuleSource, ProgrammeSource

MUNICIPALITIES = Path(__file__).with_name("municipalities.txt")
_NAME = r"[A-ZÀ-Ú][a-zà-ú]{3,}"
_TOWN = r"(?:Comun[ei]|citt(?:à|adina)|paes[ei]|ambit[oi]|Union[ei]|unione)"
_SO = r"(?:inventat|immaginari)"
_INVENTED_NAMES = (
    re.compile(
        rf"\b({_NAME}(?:, {_NAME})*(?: e {_NAME})?),? (?:è|sono) (?:un[ao]?|due|tre|quattro) {_TOWN} {_SO}"
    ),
    re.compile(rf"\b({_NAME}), (?:un[ao]? )?{_TOWN} {_SO}"),
    re.compile(rf"{_TOWN} {_SO}\w+ di ({_NAME})"),
)
_PLACE_OF = re.compile(
    rf"(?:\b[Aa]d? |\b(?:{_TOWN}|[Ss]indac[oa]|[Aa]ssessor[ea]|[Gg]iunta|Consiglio|[Uu]ffici|[Ée]quipe)"
    rf"(?: (?:inventat\w+|comunale))? di )({_NAME})"
)
_ALL_INVENTED = re.compile(r"\b(?:Comuni|luoghi|posti)\b[^.]*\bsono (?:tutti )?(?:inventat|immaginari)")
_NO_TOWNS = frozenset(
    {"Comune", "Comuni", "Regione", "Regioni", "Stato", "Giunta", "Unione", "Natale", "Pasqua"}
)


def place_warnings(source: ProgrammeSource) -> Iterator[ContentError]:
    """Real names among the invented, invented places not called so on their page, undeclared names."""
    declared = list(_declared(source))
    if not declared:
        return
    for document, at, place in declared:
        if _plain(place) in real_names():
            yield document.error(at, f"{place!r} is a real municipality", "invent another name")
    places = frozenset(place for _document, _at, place in declared)
    for module in source.modules:
        for lesson in module.lessons:
            yield from _lesson_warnings(lesson, places)
        for document in filter(None, (module.module, module.assessment)):
            yield from _document_warnings(document, places)
        for document in module.simulations:  # its disclaimer says that all is invented
            yield from _undeclared_in(document, places)


@cache
def real_names() -> frozenset[str]:
    """The municipalities' names, without accents, apostrophes and case."""
    lines = MUNICIPALITIES.read_text("utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if not line.startswith("#"))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold())
    return re.sub(r"[^a-z]", "", letters)


def _declared(source: ProgrammeSource) -> Iterator[tuple[Document, At, str]]:
    for place, name in enumerate(source.programme.data.get("invented_places", ())):
        yield source.programme, ("invented_places", place), name
    for module in source.modules:
        yield from _simulation_places(module)


def _simulation_places(module: ModuleSource) -> Iterator[tuple[Document, At, str]]:
    for document in module.simulations:
        for place, name in enumerate(document.data["places"]):
            yield document, ("places", place), name


def _lesson_warnings(lesson: LessonSource, places: frozenset[str]) -> Iterator[ContentError]:
    """A page, on which self-checks stand too, must say that its places are invented."""
    blocks = re.split(r"\n\s*\n", lesson.body)
    texts = [text for _at, text in _texts(lesson.front.data, ())]
    for place in sorted(_named([*blocks, *texts], places)):
        if not any(_says_so(block, place) for block in (*blocks, *texts)):
            line = next((n for n, one in enumerate(lesson.body.splitlines()) if place in one), 0)
            message = f"the lesson does not say that {place} is invented"
            yield ContentError(lesson.front.path, lesson.body_line + line, message, _hint(place))
    for number, words in enumerate(lesson.body.splitlines()):
        for name in _undeclared(words, places):
            yield ContentError(lesson.front.path, lesson.body_line + number, _message(name), _DECLARE)
    yield from _undeclared_in(lesson.front, places)


def _document_warnings(document: Document, places: frozenset[str]) -> Iterator[ContentError]:
    """A text that is read alone must say itself that its place is invented."""
    for at, text in _texts(document.data, ()):
        for place in sorted(_named([text], places)):
            if not _says_so(text, place):
                yield document.error(at, f"the text does not say that {place} is invented", _hint(place))
    yield from _undeclared_in(document, places)


def _undeclared_in(document: Document, places: frozenset[str]) -> Iterator[ContentError]:
    for at, text in _texts(document.data, ()):
        yield from (document.error(at, _message(name), _DECLARE) for name in _undeclared(text, places))


_DECLARE = "add it to invented_places of programme.yaml, or write the real municipality's name in full"


def _message(name: str) -> str:
    return f"{name!r} is neither a municipality nor among the invented places"


def _hint(place: str) -> str:
    return f"write, for example, «{place} è un Comune inventato»"


def _named(texts: list[str], places: frozenset[str]) -> frozenset[str]:
    said = frozenset(re.findall(r"\w+", " ".join(texts)))
    return frozenset(place for place in places if frozenset(place.split()) <= said)


def _says_so(block: str, place: str) -> bool:
    return bool(_ALL_INVENTED.search(block)) or (place in block and bool(INVENTED.search(block)))


def _undeclared(text: str, places: frozenset[str]) -> Iterator[str]:
    """Names that a text calls invented or that stand where a town's stands, of no town that is known."""
    called = [
        name
        for pattern in _INVENTED_NAMES
        for names in pattern.findall(text)
        for name in re.findall(_NAME, names)
    ]
    for name in dict.fromkeys([*called, *_PLACE_OF.findall(text)]):
        is_known = name in places or name in _NO_TOWNS or any(name in place.split() for place in places)
        if not is_known and (name in called or not _begins_a_real_name(name)):
            yield name


def _begins_a_real_name(name: str) -> bool:
    return any(real.startswith(_plain(name)) for real in real_names())


def _texts(data: Any, at: At) -> Iterator[tuple[At, str]]:
    if isinstance(data, str):
        yield at, data
    elif isinstance(data, list):
        for place, item in enumerate(data):
            yield from _texts(item, (*at, place))
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key not in {"en", "id", "url", "resources"}:
                yield from _texts(value, (*at, key))
