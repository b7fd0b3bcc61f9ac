"""A column of the grade book and a result in it, as AGS 2.0 says them (§3.2, §3.3)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAMES = {
    "id": "url",
    "label": "label",
    "scoreMaximum": "score_maximum",
    "resourceId": "resource_id",
    "tag": "tag",
    "resourceLinkId": "resource_link_id",
    "startDateTime": "start",
    "endDateTime": "end",
}


@dataclass(frozen=True, slots=True)
class LineItem:
    """`url` is the LMS's `id`, empty for one not made yet; `others` are members that we only pass on."""

    label: str
    score_maximum: float
    url: str = ""
    resource_id: str = ""
    tag: str = ""
    resource_link_id: str = ""
    start: str = ""
    end: str = ""
    others: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The members for a POST or a PUT; what is empty is left out."""
        said = {name: getattr(self, attribute) for name, attribute in NAMES.items()}
        # Open edX takes only an integer here, and 100.0 is none for it.
        whole = float(self.score_maximum).is_integer()
        said["scoreMaximum"] = int(self.score_maximum) if whole else self.score_maximum
        return {**self.others, **{name: value for name, value in said.items() if value != ""}}


@dataclass(frozen=True, slots=True)
class Result:
    """What the LMS shows for one person; `score` is None where nothing counts yet."""

    user_id: str
    score: float | None
    maximum: float | None
    comment: str


def line_item_of(told: object) -> LineItem | None:
    """A line item as an LMS wrote it, read tolerantly; None when it has no address."""
    if not isinstance(told, Mapping) or not isinstance(told.get("id"), str) or not told["id"]:
        return None
    texts = {
        attribute: str(told[name]) if isinstance(told.get(name), str | int) else ""
        for name, attribute in NAMES.items()
        if name != "scoreMaximum"
    }
    return LineItem(
        score_maximum=_number(told.get("scoreMaximum")) or 0.0,
        others={name: value for name, value in told.items() if name not in NAMES},
        **texts,
    )


def result_of(told: object) -> Result | None:
    """A result as an LMS wrote it; None when it names nobody."""
    if not isinstance(told, Mapping) or not isinstance(told.get("userId"), str | int):
        return None
    comment = told.get("comment")
    return Result(
        str(told["userId"]),
        _number(told.get("resultScore")),
        _number(told.get("resultMaximum")),
        comment if isinstance(comment, str) else "",
    )


def _number(value: object) -> float | None:
    """A finite number, also one that the LMS wrote as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
