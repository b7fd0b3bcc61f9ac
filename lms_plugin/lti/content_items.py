"""What was chosen, as a content item that the asking LMS understands (Deep Linking 2.0 §4.5.1).

What differs between LMSs is a small class for each family of products; `writer_for` picks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms_plugin.lti.deep_linking import RESOURCE_LINK, WINDOW
from lms_plugin.lti.families.choosing import family_of

TAG = "score"
# Asked for, not forced: LMSs stretch the frame to their page, and `lti.frameResize` follows the content.
WIDTH, HEIGHT = 1000, 800


@dataclass(frozen=True, slots=True)
class Column:
    """The grade book column wanted for an item."""

    label: str
    maximum: int
    resource_id: str


@dataclass(frozen=True, slots=True)
class ChosenItem:
    """One activity to be put in the course; `target` is empty when the LMS leaves no choice."""

    title: str
    text: str
    url: str
    custom: Mapping[str, str]
    column: Column | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    target: str = ""


class ItemWriter:
    """Writes items as the specification has them."""

    def write(self, item: ChosenItem) -> dict[str, Any]:
        """The content item."""
        written = {
            "type": RESOURCE_LINK,
            "title": item.title,
            "text": self.text(item),
            "url": item.url,
            "custom": dict(item.custom),
            "lineItem": _line_item(item.column),
            "available": _available(item),
            **self.presentation(item),
        }
        return {name: value for name, value in written.items() if value}

    def text(self, item: ChosenItem) -> str:
        """The description under the title."""
        return item.text

    def presentation(self, item: ChosenItem) -> dict[str, Any]:
        """A window of its own, or a frame; one of them, as some LMSs prefer the frame when both are there."""
        if item.target == WINDOW:
            return {"window": {"targetName": "_blank"}}
        return {"iframe": self.frame(item)} if item.target else {}

    def frame(self, item: ChosenItem) -> dict[str, Any]:
        """Size of the frame."""
        del item
        return {"width": WIDTH, "height": HEIGHT}


class CanvasWriter(ItemWriter):
    """Canvas reads the address of the frame, and takes no size without it."""

    def frame(self, item: ChosenItem) -> dict[str, Any]:
        """Size of the frame, and its address once more."""
        return {"src": item.url, **super().frame(item)}


class BlackboardWriter(ItemWriter):
    """Blackboard: title, address and type always, as little as possible beside them, so no description."""

    def text(self, item: ChosenItem) -> str:
        """None."""
        del item
        return ""


WRITERS: Mapping[str, ItemWriter] = {"canvas": CanvasWriter(), "blackboard": BlackboardWriter()}


def writer_for(product_family: str) -> ItemWriter:
    """The writer for an LMS as it names itself; for most families the plain one."""
    return WRITERS.get(family_of(product_family).name, ItemWriter())


def _line_item(column: Column | None) -> dict[str, Any] | None:
    if column is None:
        return None
    # Open edX refuses a maximum with a fraction.
    return {
        "label": column.label,
        "scoreMaximum": column.maximum,
        "resourceId": column.resource_id,
        "tag": TAG,
    }


def _available(item: ChosenItem) -> dict[str, str]:
    dates = {"startDateTime": item.opens_at, "endDateTime": item.closes_at}
    return {name: moment.isoformat() for name, moment in dates.items() if moment is not None}
