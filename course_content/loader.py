"""Loads programmes from their folders."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from course_content.building import build_programme
from course_content.checks import source_problems
from course_content.problems import ContentError, ContentErrors
from course_content.programme import Programme
from course_content.sources import read_sources

PROGRAMME_FILE = "programme.yaml"


def load_programme(folder: Path) -> Programme:
    """The programme in `folder`. Raises ContentErrors when anything in its files is wrong.

    Everything `check` looks at is looked at here too, except dates that depend on today.
    """
    source = read_sources(folder)
    problems = source_problems(source)
    if problems:
        raise ContentErrors(problems)
    return build_programme(source)


def load_programmes(folders: Iterable[Path]) -> Mapping[str, Programme]:
    """Programmes by id, in order. Raises ContentErrors.

    A folder is a programme's own, or one that holds several.
    """
    programmes: dict[str, Programme] = {}
    for folder in (found for given in folders for found in programme_folders(given)):
        programme = load_programme(folder)
        if programme.id in programmes:
            first = programmes[programme.id].folder
            message = f"the programme id {programme.id!r} is already used by {first}"
            raise ContentErrors([ContentError(folder / PROGRAMME_FILE, 1, message, "give it another id")])
        programmes[programme.id] = programme
    return programmes


def programme_folders(folder: Path) -> tuple[Path, ...]:
    """`folder` itself if it is a programme, else the programmes in it. Raises ContentErrors if none."""
    if (folder / PROGRAMME_FILE).exists():
        return (folder,)
    found = tuple(sorted(file.parent for file in folder.glob(f"*/{PROGRAMME_FILE}")))
    if not found:
        message = "there is no programme here"
        raise ContentErrors([ContentError(folder, 1, message, f"a programme has a {PROGRAMME_FILE}")])
    return found
