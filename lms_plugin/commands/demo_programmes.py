"""The demo's programmes: embedded ones, and an author's own in place of the one it was copied from."""

from collections.abc import Sequence
from pathlib import Path

from course_content import EMBEDDED
from course_content.loader import load_programme, programme_folders
from course_content.problems import ContentErrors
from lms_plugin.errors import Refusal


class UnsoundProgramme(Refusal):
    """The author's programme has problems."""

    code = "unsound_programme"


def offered(own: Sequence[Path]) -> tuple[Path, ...]:
    """The folders on offer: `own`, and embedded ones whose ids none of them has. Raises UnsoundProgramme."""
    mine = {_id(folder): folder.resolve() for folder in own}
    return (*mine.values(), *(folder for folder in programme_folders(EMBEDDED) if folder.name not in mine))


def _id(folder: Path) -> str:
    try:
        return load_programme(folder).id
    except ContentErrors as refused:
        advice = f"mend it first (coalizione content check {folder})"
        raise UnsoundProgramme(f"the programme cannot be offered: {advice}\n{refused}") from refused
