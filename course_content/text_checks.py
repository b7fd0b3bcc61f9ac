"""Checks that every text is there in every language the programme declares."""

from collections.abc import Iterator, Mapping

from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.sources import ProgrammeSource

_ITALIAN_ONLY = ("resources", "nodes")  # citations; the situations of a simulation, as the text of a lesson
_TEXT_KEYS = ("title", "subtitle", "summary", "name", "description", "funder", "label", "audience", "intro")


def language_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Texts that lack one of the programme's declared languages (Italian is required by the schemas)."""
    languages = source.programme.data.get("languages", ["it"])
    for document in _documents(source):
        for at, text in _texts(document.data, ()):
            written = text if isinstance(text, dict) else {"it": text}
            for language in sorted(set(languages) - set(written)):
                hint = f"write it, or take {language} out of the languages of programme.yaml"
                name = next(part for part in reversed(at) if isinstance(part, str))
                yield document.error(at, f"{name}: the text in {language!r} is missing", hint)


def _documents(source: ProgrammeSource) -> Iterator[Document]:
    yield source.programme
    for module in source.modules:
        yield module.module
        yield from (lesson.front for lesson in module.lessons)
        yield from filter(None, (module.assessment,))
        yield from module.simulations
    yield from filter(None, (source.webinars, source.sessions))


def _texts(data: object, at: At) -> Iterator[tuple[At, object]]:
    """Every translatable text below `data`. The title of a resource is a citation and stays as it is."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in _TEXT_KEYS:
                yield (*at, key), value
            elif key == "objectives" and "summary" in data:  # a module's; those of webinars are Italian only
                yield from (((*at, key, place), one) for place, one in enumerate(value))
            elif key not in _ITALIAN_ONLY:
                yield from _texts(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*at, index))
