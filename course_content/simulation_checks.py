"""Checks that a branching simulation can be played to its end by every way, and that its texts are sound."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from course_content.citation_checks import INVENTED, running_text_flaws, table_of
from course_content.documents import At, Document
from course_content.markdown_checks import text_flaws
from course_content.problems import ContentError
from course_content.simulation import BANDS, END
from course_content.simulation_building import build_simulation, running_texts
from course_content.simulations import band, every_path
from course_content.sources import SIMULATIONS, ModuleSource, ProgrammeSource

MOST_PATHS = 5000

Forks = Mapping[str, list[str]]
"""The ids of the situations, each with where its choices lead; END is left out."""


def simulation_problems(source: ProgrammeSource, module: ModuleSource) -> Iterator[ContentError]:
    """Problems of all simulations of a module: their forks, their texts, what they refer to."""
    for document in module.simulations:
        forks = list(_fork_problems(document))
        yield from forks or _band_problems(document)
        yield from _reference_problems(source, module, document)
        yield from _text_problems(source, module, document)
        yield from _place_problems(document)
    yield from _stray_files(module)


def _fork_problems(document: Document) -> Iterator[ContentError]:
    forks = _forks(document)
    if END in forks:
        yield document.error(
            ("nodes",), f"a situation is called {END!r}", "rename it: the word closes a story"
        )
    if document.data["start"] not in forks:
        yield document.error(
            ("start",), f"there is no situation {document.data['start']!r}", "correct the id"
        )
        return
    yield from _choice_problems(document, forks)
    reached = _reached(document.data["start"], forks)
    for place, node in enumerate(document.data["nodes"]):
        if node["id"] not in reached:
            hint = "let a choice lead there, or remove it"
            yield document.error(("nodes", place), f"no choice leads to the situation {node['id']!r}", hint)
        elif node["id"] in set().union(*(_reached(one, forks) for one in forks[node["id"]])):
            message = f"from the situation {node['id']!r} one can come back to it"
            yield document.error(("nodes", place), message, "lead on: whoever plays must arrive at an end")


def _choice_problems(document: Document, forks: Forks) -> Iterator[ContentError]:
    for place, node in enumerate(document.data["nodes"]):
        seen: set[str] = set()
        for number, choice in enumerate(node["choices"]):
            at: At = ("nodes", place, "choices", number)
            if choice["id"] in seen:
                message = f"{node['id']}: two choices have the id {choice['id']!r}"
                yield document.error((*at, "id"), message, "give each its own")
            seen.add(choice["id"])
            if choice["next"] not in (*forks, END):
                message = (
                    f"the choice {node['id']}:{choice['id']} leads to {choice['next']!r}, which is not there"
                )
                yield document.error((*at, "next"), message, f"name a situation, or {END}")


def _forks(document: Document) -> Forks:
    return {
        node["id"]: [choice["next"] for choice in node["choices"] if choice["next"] != END]
        for node in document.data["nodes"]
    }


def _reached(start: str, forks: Forks) -> set[str]:
    """`start` and every situation that choices can lead to from there."""
    reached, waiting = set[str](), [start]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += forks.get(one, ())
    return reached


def _band_problems(document: Document) -> Iterator[ContentError]:
    """Only for sound forks: with a cycle there is no end of paths."""
    paths = list(islice(every_path(build_simulation(document.data)), MOST_PATHS + 1))
    if len(paths) > MOST_PATHS:
        yield document.error(("nodes",), f"there are more than {MOST_PATHS} paths", "take out some forks")
        return
    found = {band(path.levels) for path in paths}
    for one in BANDS:
        if one not in found:
            hint = "change some effects: the text of the debriefing would never be read"
            yield document.error(("debriefing", one), f"no path ends as {one!r}", hint)


def _reference_problems(
    source: ProgrammeSource, module: ModuleSource, document: Document
) -> Iterator[ContentError]:
    lessons = {lesson.front.data["id"] for lesson in source.lessons}
    for place, lesson in enumerate(document.data["debriefing"]["lessons"]):
        if lesson not in lessons:
            at = ("debriefing", "lessons", place)
            yield document.error(at, f"there is no lesson {lesson!r} to go back to", "correct the id")
    if document.data["lesson"] not in {lesson.front.data["id"] for lesson in module.lessons}:
        message = f"there is no lesson {document.data['lesson']!r} in this module"
        yield document.error(("lesson",), message, "name the lesson that leads to the simulation")


def _text_problems(
    source: ProgrammeSource, module: ModuleSource, document: Document
) -> Iterator[ContentError]:
    for at, text in running_texts(document.data):
        for _line, message, hint in text_flaws(source, module, text):
            yield document.error(at, message, hint)
        if any(line.startswith("#") for line in text.splitlines()):
            yield document.error(
                at, "a text of a simulation has a heading", "its page has headings of its own"
            )
    # The whole story is invented, and so its figures are free; norms are those of the world.
    table = table_of(source.facts)
    for at, text in (*running_texts(document.data), *_plain_texts(document.data)) if table else ():
        for _line, message, hint in running_text_flaws(text, table, invented=True):
            yield document.error(at, message, hint)


def _plain_texts(data: Mapping[str, Any]) -> Iterator[tuple[At, str]]:
    for place, node in enumerate(data["nodes"]):
        yield ("nodes", place, "question"), node["question"]
        for number, choice in enumerate(node["choices"]):
            yield ("nodes", place, "choices", number, "text"), choice["text"]


def _place_problems(document: Document) -> Iterator[ContentError]:
    disclaimer = document.data["disclaimer"]
    if not INVENTED.search(disclaimer):
        hint = "write, for example, that Comuni, enti e persone are «inventati»"
        yield document.error(
            ("disclaimer",), "the disclaimer does not say that the places are invented", hint
        )
    for number, place in enumerate(document.data["places"]):
        if place not in disclaimer:
            hint = "name it there, so that nobody takes it for a real one"
            yield document.error(("places", number), f"the disclaimer does not name {place}", hint)


def _stray_files(module: ModuleSource) -> Iterator[ContentError]:
    read = {document.path for document in module.simulations}
    for file in sorted(set((module.folder / SIMULATIONS).glob("*")) - read):
        hint = "list it under simulations in module.yaml, or remove it"
        yield ContentError(file, 1, "this file is not read as a simulation", hint)
