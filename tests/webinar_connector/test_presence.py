"""Raw events to stays: lost and repeated events, sources that differ, people nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from webinar_connector.presence import (
    close_open_ends,
    disagreements,
    identify,
    last_events,
    pair,
    poll_events,
    prefer,
    sitting_ends,
)
from webinar_connector.webinars import Inside, PresenceEvent, RawInterval, Sitting

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def told(kind: str, minutes: float, connection: str = "w-1", source: str = "webhook") -> PresenceEvent:
    key = f"{connection}:{kind}:{minutes}:{source}"
    return PresenceEvent(key, "w01", "i-1", "u-1", connection, kind, at(minutes), source)  # type: ignore[arg-type]


def stay(joined: float, left: float | None, source: str = "webhook", person: str = "u-1") -> RawInterval:
    end = None if left is None else at(left)
    return RawInterval(person, "w-1", at(joined), end, source, internal_id="i-1")


def test_leave_that_nobody_saw_begin_is_dropped() -> None:
    assert pair([told("left", 10)]) == ()


def test_reconnection_at_the_same_instant_stays_inside() -> None:
    stays = pair([told("joined", 0), told("left", 5), told("joined", 5)])
    assert [(s.joined_at, s.left_at) for s in stays] == [(at(0), at(5)), (at(5), None)]


def test_join_and_leave_at_one_instant_is_not_an_open_stay() -> None:
    assert pair([told("joined", 5), told("left", 5)]) == ()


def test_second_join_without_a_leave_keeps_the_first() -> None:
    stays = pair([told("joined", 0), told("joined", 3), told("left", 10)])
    assert [(s.joined_at, s.left_at) for s in stays] == [(at(0), at(10))]


def test_open_stay_ends_with_the_sitting_and_is_marked_estimated() -> None:
    events = [told("joined", 10), replace(told("ended", 60), person_id="", connection="")]
    (closed,) = close_open_ends(pair(events), sitting_ends(events), last_events(events))
    assert (closed.left_at, closed.estimated) == (at(60), True)


def test_open_stay_without_a_known_end_stops_at_the_last_event_of_anybody() -> None:
    events = [told("joined", 10), told("joined", 0, "w-2"), told("left", 47, "w-2")]
    closed = close_open_ends(pair(events), sitting_ends(events), last_events(events))
    assert [c.left_at for c in closed if c.estimated] == [at(47)]


def test_last_poll_that_saw_the_connection_bounds_an_open_stay() -> None:
    (closed,) = close_open_ends([stay(0, None)], {"i-1": at(60)}, {}, {"w-1": at(30)}, timedelta(minutes=1))
    assert closed.left_at == at(31)


def test_people_are_matched_by_id_and_the_rest_is_listed() -> None:
    matched, unmatched = identify([stay(0, 10), stay(0, 10, person="w_random")], {"u-1"})
    assert [i.person_id for i in matched] == ["u-1"]
    assert [i.person_id for i in unmatched] == ["w_random"]


def test_webhooks_prevail_over_the_report_unless_they_broke_off() -> None:
    assert [i.source for i in prefer([stay(0, 50), stay(0, 60, "analytics")])] == ["webhook"]
    broken = replace(stay(0, 50), estimated=True)
    assert [i.source for i in prefer([broken, stay(0, 60, "analytics")])] == ["analytics"]


def test_declared_by_hand_adds_to_any_source() -> None:
    assert {i.source for i in prefer([stay(0, 50), stay(50, 60, "manual")])} == {"webhook", "manual"}


def test_sources_more_than_two_minutes_apart_are_shown() -> None:
    assert disagreements([stay(0, 50), stay(0, 52, "analytics")]) == ()
    (found,) = disagreements([stay(0, 50), stay(0, 53, "analytics")])
    assert found.seconds_by_source == (("analytics", 53 * 60), ("webhook", 50 * 60))


def test_polls_date_a_join_when_first_seen_and_a_leave_when_last_seen() -> None:
    sitting = Sitting("w01", "w01", "i-1", START)
    maria, luca = Inside("u-1", "Maria", "viewer", "w-1"), Inside("u-2", "Luca", "moderator", "w-2")
    events = poll_events(sitting, (at(1), [maria]), (at(2), [luca]))
    assert [(e.person_id, e.kind, e.at) for e in events] == [("u-2", "joined", at(2)), ("u-1", "left", at(1))]
