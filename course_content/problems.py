"""What is wrong with a programme's files, where, and what to do about it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class ContentError:
    """One problem. `line` counts from 1."""

    path: Path
    line: int
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} ({self.hint})"


class ContentErrors(Exception):
    """The programme cannot be used; `errors` says why, in the order of files and lines."""

    def __init__(self, errors: list[ContentError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__("\n".join(str(error) for error in self.errors))
