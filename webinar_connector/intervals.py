"""Arithmetic on spans of time, in UTC, so that the nights the clocks change are nights like any other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time [start, end), both UTC."""

    start: datetime
    end: datetime


def utc(moment: datetime) -> datetime:
    """The same instant in UTC; raises ValueError without a time zone.

    Python subtracts two datetimes of one zone by their wall clocks, which is an hour wrong across a change.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be compared")
    return moment.astimezone(UTC)


def span(start: datetime, end: datetime) -> Span:
    """The span between two aware moments; an end before its start gives an empty span at the start."""
    begin = utc(start)
    return Span(begin, max(begin, utc(end)))


def union(spans: Iterable[Span], bridge: timedelta = timedelta(0)) -> tuple[Span, ...]:
    """The time covered at least once; gaps of at most `bridge` are closed (video.md §5.5)."""
    merged: list[Span] = []
    for current in sorted(spans):
        if merged and current.start - merged[-1].end <= bridge:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, current.end))
        else:
            merged.append(current)
    return tuple(merged)


def clip(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """The parts of `spans` inside `window`, empty parts left out."""
    cut = (Span(max(s.start, window.start), min(s.end, window.end)) for s in spans)
    return tuple(s for s in cut if s.start < s.end)


def intersect(left: Iterable[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    """The time covered by both; each side must already be a union."""
    return tuple(part for one in left for part in clip(right, one))


def seconds(spans: Iterable[Span]) -> int:
    """Whole seconds covered: the microseconds are added up first and cut once."""
    return sum((s.end - s.start for s in spans), timedelta(0)) // SECOND
