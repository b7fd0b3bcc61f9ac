"""What is wanted against what is booked: a plan a person can read before anything happens. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from webinar_connector.webinars import BookedWebinar, WantedWebinar


@dataclass(frozen=True, slots=True)
class Create:
    """Wanted and not booked."""

    wanted: WantedWebinar
    kind: Literal["create"] = "create"


@dataclass(frozen=True, slots=True)
class Change:
    """Booked with other parameters than wanted now, or with another provider."""

    wanted: WantedWebinar
    booked: BookedWebinar
    kind: Literal["change"] = "change"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Booked and no longer wanted."""

    booked: BookedWebinar
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True)
class Keep:
    """Booked as wanted."""

    booked: BookedWebinar
    kind: Literal["keep"] = "keep"


Item = TypeVar("Item", WantedWebinar, BookedWebinar)
Step = Create | Change | Cancel | Keep


def compare(wanted: Iterable[WantedWebinar], booked: Iterable[BookedWebinar]) -> tuple[Step, ...]:
    """One step per webinar: wanted ones in their order, then cancellations. ValueError: an id repeated."""
    known = _by_id(booked)
    wishes = _by_id(wanted)
    steps: list[Step] = [_step(wish, known.get(wish.id)) for wish in wishes.values()]
    return (*steps, *(Cancel(known[id_]) for id_ in sorted(known.keys() - wishes.keys())))


def webinar_id(step: Step) -> str:
    """The webinar a step is about."""
    return step.wanted.id if isinstance(step, Create | Change) else step.booked.id


def _step(wish: WantedWebinar, booked: BookedWebinar | None) -> Step:
    if booked is None:
        return Create(wish)
    return Keep(booked) if booked.fingerprint == wish.fingerprint else Change(wish, booked)


def _by_id(items: Iterable[Item]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item in items:
        if item.id in found:
            raise ValueError(f"the webinar {item.id!r} appears twice")
        found[item.id] = item
    return found
