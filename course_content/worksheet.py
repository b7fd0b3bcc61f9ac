"""What a worksheet is: a form that learners fill in for themselves and take away, and that nobody keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]


@dataclass(frozen=True)
class WorksheetField:
    """One text to write: at most `longest` characters. `example` is what somebody invented wrote."""

    id: str
    label: str
    hint: str
    longest: int
    example: str


@dataclass(frozen=True)
class Dated:
    """The field of which the day is asked too: one of the next `days` days."""

    field: str
    label: str
    days: int


@dataclass(frozen=True)
class Worksheet:
    """A form of a lesson. `name` is its file's, and that of the files that learners take away."""

    name: str
    introduction: str
    example_note: str
    fields: tuple[WorksheetField, ...]
    dated: Dated | None


def build_worksheet(name: str, data: Data) -> Worksheet:
    """The worksheet that a checked document describes."""
    return Worksheet(
        name=name,
        introduction=data["introduction"],
        example_note=data["example_note"],
        fields=tuple(_fields(data["fields"])),
        dated=Dated(**data["dated"]) if "dated" in data else None,
    )


def _fields(items: Iterable[Data]) -> Iterable[WorksheetField]:
    return (WorksheetField(**item) for item in items)
