"""What a refusal means to an LMS's administrator: which check it is, and the fix."""

from dataclasses import dataclass

from lms_plugin.connecting.checks import Place


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`name` is the refusal in a few words; `fix` tells the LMS's administrator what to do."""

    place: Place
    name: str
    fix: str


def at(check: int, name: str, fix: str, reached: int = -1) -> Diagnosis:
    """The diagnosis of a refusal by this check; `reached` when a later one had been looked at."""
    return Diagnosis(Place(check, reached), name, fix)
