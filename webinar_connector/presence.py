"""Raw presence events to the stays of each person: pair, close open ends, identify, choose a source."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from webinar_connector.intervals import SECOND, seconds, span, union, utc
from webinar_connector.webinars import Inside, PresenceEvent, RawInterval, Sitting

PRECEDENCE = ("webhook", "analytics", "report", "polling")
MANUAL = "manual"
DISAGREEMENT = timedelta(minutes=2)

Stay = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sources that tell different stories of one person in one sitting, in seconds of presence each."""

    person_id: str
    internal_id: str
    seconds_by_source: tuple[tuple[str, int], ...]


def pair(events: Iterable[PresenceEvent]) -> tuple[RawInterval, ...]:
    """Stays from joins and leaves, whatever their order and however often they were delivered.

    A leave nobody saw begin is dropped: presence is counted only where there is evidence of its start.
    """
    connections: dict[tuple[str, str, str, str], dict[str, PresenceEvent]] = defaultdict(dict)
    for event in events:
        if event.kind != "ended":
            address = (event.internal_id, event.person_id, event.connection, event.source)
            connections[address][event.key] = event
    return tuple(
        RawInterval(person_id, connection, joined_at, left_at, source, internal_id=internal_id)
        for (internal_id, person_id, connection, source), own in sorted(connections.items())
        for joined_at, left_at in _stays(own.values())
    )


def _stays(events: Iterable[PresenceEvent]) -> list[Stay]:
    stays: list[Stay] = []
    joined: datetime | None = None
    ordered = sorted(((utc(event.at), event.kind) for event in events), key=lambda pair: pair[0])
    for at, same_instant in groupby(ordered, key=lambda pair: pair[0]):
        kinds = {kind for _, kind in same_instant}
        reconnects = joined is not None and "joined" in kinds
        if joined is not None and "left" in kinds:
            stays.append((joined, at))
            joined = at if reconnects else None
        elif joined is None and "joined" in kinds:
            # A join and a leave at one instant from outside is an empty stay, never an open one.
            joined = None if "left" in kinds else at
    if joined is not None:
        stays.append((joined, None))
    return stays


def sitting_ends(events: Iterable[PresenceEvent], sittings: Iterable[Sitting] = ()) -> dict[str, datetime]:
    """When each sitting ended, by internal id: from events and sittings; the earliest wins."""
    ends: dict[str, datetime] = {}
    told = [(e.internal_id, utc(e.at)) for e in events if e.kind == "ended"]
    known = [(s.internal_id, utc(s.ended_at)) for s in sittings if s.ended_at is not None]
    for internal_id, at in (*told, *known):
        ends[internal_id] = min(at, ends.get(internal_id, at))
    return ends


def last_events(events: Iterable[PresenceEvent]) -> dict[str, datetime]:
    """The last sign of life of each sitting, by internal id."""
    latest: dict[str, datetime] = {}
    for event in events:
        at = utc(event.at)
        latest[event.internal_id] = max(at, latest.get(event.internal_id, at))
    return latest


def close_open_ends(
    intervals: Iterable[RawInterval],
    ends: Mapping[str, datetime],
    last_event: Mapping[str, datetime],
    last_polled: Mapping[str, datetime] | None = None,
    poll_period: timedelta = timedelta(seconds=60),
) -> tuple[RawInterval, ...]:
    """Give every open stay an estimated end (video.md §5.3).

    The end is the earliest of the sitting's end and the last poll that saw the connection plus one period;
    with no end known, the last event of anybody in that sitting. Never "now".
    """
    polled = last_polled or {}
    closed = []
    for interval in intervals:
        if interval.left_at is None:
            end = ends.get(interval.internal_id, last_event.get(interval.internal_id, interval.joined_at))
            seen = polled.get(interval.connection)
            end = end if seen is None else min(utc(end), utc(seen) + poll_period)
            closed.append(replace(interval, left_at=max(utc(end), utc(interval.joined_at)), estimated=True))
        else:
            closed.append(interval)
    return tuple(closed)


def identify(
    intervals: Iterable[RawInterval], known: Collection[str]
) -> tuple[tuple[RawInterval, ...], tuple[RawInterval, ...]]:
    """(stays of known people, stays to be matched by hand). By id only: homonyms are two people (§5.1)."""
    everything = tuple(intervals)
    matched = tuple(i for i in everything if i.person_id in known)
    return matched, tuple(i for i in everything if i.person_id not in known)


def prefer(intervals: Iterable[RawInterval]) -> tuple[RawInterval, ...]:
    """Per person and sitting the best source only: complete before broken off, then by precedence (§5.11).

    What a person of the secretariat entered by hand adds to any source.
    """
    chosen: list[RawInterval] = []
    for by_source in _by_person_and_sitting(intervals).values():
        chosen.extend(by_source.pop(MANUAL, []))
        if by_source:
            chosen.extend(by_source[min(by_source, key=lambda source: _rank(source, by_source[source]))])
    return tuple(sorted(chosen, key=lambda i: (i.person_id, utc(i.joined_at), i.connection)))


def disagreements(intervals: Iterable[RawInterval]) -> tuple[Disagreement, ...]:
    """The people whose sources differ by more than two minutes; to be shown, never hidden."""
    found = []
    for (person_id, internal_id), by_source in sorted(_by_person_and_sitting(intervals).items()):
        totals = tuple((s, _present(stays)) for s, stays in sorted(by_source.items()) if s != MANUAL)
        counted = [total for _, total in totals]
        if len(counted) > 1 and (max(counted) - min(counted)) * SECOND > DISAGREEMENT:
            found.append(Disagreement(person_id, internal_id, totals))
    return tuple(found)


def poll_events(
    sitting: Sitting, before: tuple[datetime, Sequence[Inside]], after: tuple[datetime, Sequence[Inside]]
) -> tuple[PresenceEvent, ...]:
    """What changed between two looks into the room: joins when first seen, leaves when last seen."""
    was, is_now = ({inside.connection: inside for inside in people} for _, people in (before, after))
    joined = [(is_now[c], "joined", after[0]) for c in is_now if c not in was]
    left = [(was[c], "left", before[0]) for c in was if c not in is_now]
    return tuple(
        PresenceEvent(
            f"polling:{sitting.internal_id}:{inside.connection}:{kind}:{utc(at).isoformat()}",
            sitting.meeting_id,
            sitting.internal_id,
            inside.person_id,
            inside.connection,
            "joined" if kind == "joined" else "left",
            utc(at),
            "polling",
            inside.role,
        )
        for inside, kind, at in (*joined, *left)
    )


def _by_person_and_sitting(
    intervals: Iterable[RawInterval],
) -> dict[tuple[str, str], dict[str, list[RawInterval]]]:
    people: dict[tuple[str, str], dict[str, list[RawInterval]]] = defaultdict(lambda: defaultdict(list))
    for interval in sorted(intervals, key=attrgetter("source", "connection")):
        people[interval.person_id, interval.internal_id][interval.source].append(interval)
    return people


def _rank(source: str, stays: Sequence[RawInterval]) -> tuple[bool, int, str]:
    place = PRECEDENCE.index(source) if source in PRECEDENCE else len(PRECEDENCE)
    return any(stay.estimated or stay.left_at is None for stay in stays), place, source


def _present(stays: Iterable[RawInterval]) -> int:
    return seconds(union(span(s.joined_at, s.left_at) for s in stays if s.left_at is not None))
