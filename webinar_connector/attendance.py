"""Attendance as pure functions of raw presence: the algebra of video.md §5, one for all platforms."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from webinar_connector.intervals import Span, clip, intersect, seconds, span, union, utc
from webinar_connector.presence import (
    Disagreement,
    close_open_ends,
    disagreements,
    identify,
    last_events,
    pair,
    prefer,
    sitting_ends,
)
from webinar_connector.webinars import Attendance, PresenceEvent, RawInterval, Sitting


class Rule(Protocol):
    """The attendance rule of the course files; `denominator` is scheduled, actual, taught or fair."""

    @property
    def threshold_percent(self) -> int: ...
    @property
    def denominator(self) -> str: ...
    @property
    def bridge_seconds(self) -> int: ...
    @property
    def early_minutes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Held:
    """What was planned and what was taught: `teaching` is empty when no trainer was ever inside."""

    starts_at: datetime | None
    minutes: int
    teaching: tuple[Span, ...]
    room_opened_at: datetime | None = None

    @property
    def planned(self) -> Span:
        """The planned span; without a planned start the plan begins when the trainer does."""
        start = utc(self.starts_at) if self.starts_at is not None else self.teaching[0].start
        return Span(start, start + timedelta(minutes=self.minutes))


@dataclass(frozen=True, slots=True)
class Expected:
    """What the tool knows of a webinar before looking at presence: its plan, its people, its sittings."""

    starts_at: datetime | None
    minutes: int
    trainers: Collection[str]
    learners: Collection[str]
    sittings: Sequence[Sitting] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """The outcome of one webinar, ready for the secretariat."""

    attendances: tuple[Attendance, ...]
    unmatched: tuple[RawInterval, ...]
    disagreements: tuple[Disagreement, ...]
    held: Held


def held_webinar(
    starts_at: datetime | None,
    minutes: int,
    trainer_intervals: Iterable[RawInterval],
    rule: Rule,
    room_opened_at: datetime | None = None,
    audience: Iterable[RawInterval] = (),
) -> Held:
    """When teaching took place: a trainer inside, short gaps bridged, never before the planned start.

    A sitting without a planned time, or held wholly away from it (another day), has no appointed start or end
    to clip by: there the trainer's waiting alone, before the first and after the last of the `audience`, is
    not teaching.
    """
    inside = union(_spans(trainer_intervals), timedelta(seconds=rule.bridge_seconds))
    inside = tuple(s for s in inside if s.start < s.end)
    if starts_at is not None and inside:
        start = utc(starts_at)
        early = start - timedelta(minutes=rule.early_minutes)
        if clip(inside, Span(early, start + timedelta(minutes=minutes))):
            return Held(start, minutes, clip(inside, Span(start, max(start, inside[-1].end))), room_opened_at)
    return Held(None, minutes, _while_somebody_listened(inside, audience), room_opened_at)


def _while_somebody_listened(teaching: Sequence[Span], audience: Iterable[RawInterval]) -> tuple[Span, ...]:
    stays = _spans(audience)
    if not stays:
        return tuple(teaching)
    return clip(teaching, Span(min(stay.start for stay in stays), max(stay.end for stay in stays)))


def counted_time(held: Held, rule: Rule) -> tuple[tuple[Span, ...], int]:
    """(the time in which presence counts, the denominator in whole seconds); nothing if nobody taught."""
    if not held.teaching:
        return (), 0
    kind, taught, planned = rule.denominator, seconds(held.teaching), held.planned
    scheduled = held.minutes * 60
    if kind == "scheduled":
        return clip([planned], Span(planned.start, max(planned.start, held.teaching[-1].end))), scheduled
    if kind == "actual":
        actual = _actual(held, rule)
        return (actual,), seconds([actual])
    if kind == "taught":
        return held.teaching, taught
    if kind == "fair":
        return held.teaching, min(scheduled, taught)
    raise ValueError(f"unknown denominator {kind!r}: use scheduled, actual, taught or fair")


def assess(person_id: str, intervals: Sequence[RawInterval], held: Held, rule: Rule) -> Attendance:
    """One person's attendance from closed stays: union over devices, clipped, compared in whole seconds."""
    counted, denominator = counted_time(held, rule)
    present = union(_spans(intervals), timedelta(seconds=rule.bridge_seconds))
    attended = min(seconds(intersect(present, counted)), denominator)
    return Attendance(
        person_id=person_id,
        attended_seconds=attended,
        denominator_seconds=denominator,
        percent=100 * attended // denominator if denominator else 0,
        reached=denominator > 0 and 100 * attended >= rule.threshold_percent * denominator,
        estimated=any(interval.estimated for interval in intervals),
        intervals=tuple(intervals),
    )


def settle(
    events: Iterable[PresenceEvent],
    expected: Expected,
    rule: Rule,
    manual: Iterable[RawInterval] = (),
    last_polled: Mapping[str, datetime] | None = None,
) -> Register:
    """Everything that was seen of one webinar, in all its sittings, to the attendance of each learner seen.

    `manual` are stays the secretariat declared (source "manual"); ids that are neither a trainer's nor a
    learner's come back unmatched.
    """
    seen, trainers = tuple(events), frozenset(expected.trainers)
    ends = sitting_ends(seen, expected.sittings)
    stays = (*close_open_ends(pair(seen), ends, last_events(seen), last_polled), *manual)
    matched, unmatched = identify(stays, trainers | frozenset(expected.learners))
    chosen = prefer(matched)
    opened = min((utc(s.opened_at) for s in expected.sittings), default=None)
    teaching = [i for i in chosen if i.person_id in trainers]
    audience = [i for i in chosen if i.person_id not in trainers]
    facts = held_webinar(expected.starts_at, expected.minutes, teaching, rule, opened, audience)
    attendances = tuple(
        assess(person, [i for i in chosen if i.person_id == person], facts, rule)
        for person in sorted({i.person_id for i in chosen} - trainers)
    )
    return Register(attendances, unmatched, disagreements(matched), facts)


def _actual(held: Held, rule: Rule) -> Span:
    first = held.teaching[0].start
    opened = min(first, utc(held.room_opened_at)) if held.room_opened_at is not None else first
    if held.starts_at is not None:
        opened = max(opened, held.planned.start - timedelta(minutes=rule.early_minutes))
    return span(opened, held.teaching[-1].end)


def _spans(intervals: Iterable[RawInterval]) -> list[Span]:
    return [span(i.joined_at, i.left_at) for i in intervals if i.left_at is not None]
