"""The analytics callback to presence events (video.md §1.6): durations are recomputed, votes are not read."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from webinar_connector.providers.bigbluebutton.answers import milliseconds
from webinar_connector.providers.bigbluebutton.webhooks import event_key, role_of
from webinar_connector.providers.errors import ConfigError
from webinar_connector.webinars import EventKind, PresenceEvent, Role


def read(raw_body: bytes) -> tuple[PresenceEvent, ...]:
    """Joins, leaves and the end from `sessions`, else from `joins` and `leaves`; ConfigError when malformed.

    The report's own `duration` is not believed: its arithmetic changed several times.
    """
    try:
        report = json.loads(raw_body)
        return tuple(_events(report))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise ConfigError("the analytics report cannot be read", "bad_analytics") from None


def _events(report: Mapping[str, Any]) -> Iterator[PresenceEvent]:
    for attendee in report["data"]["attendees"]:
        role = role_of(attendee.get("moderator"))
        for kind, connection, at in _moves(attendee):
            yield _event(report, (str(attendee["ext_user_id"]), connection, role), kind, at)
    finish = report["data"].get("finish")
    if finish:
        yield _event(report, ("", "", None), "ended", _moment(finish))


def _moves(attendee: Mapping[str, Any]) -> Iterator[tuple[EventKind, str, datetime]]:
    sessions = attendee.get("sessions") or []
    for session in sessions:
        for move in session.get("joins") or []:
            yield "joined", str(move["userid"]), _moment(move["timestamp"])
        for move in session.get("lefts") or []:
            yield "left", str(move["userid"]), _moment(move["timestamp"])
    if not sessions:
        # Without sessions nobody says which leave belongs to which device: one connection per person.
        yield from (("joined", "", _moment(at)) for at in attendee.get("joins") or [])
        yield from (("left", "", _moment(at)) for at in attendee.get("leaves") or [])


def _event(
    report: Mapping[str, Any], who: tuple[str, str, Role | None], kind: EventKind, at: datetime
) -> PresenceEvent:
    person_id, connection, role = who
    internal_id = str(report["internal_meeting_id"])
    return PresenceEvent(
        key=event_key("analytics", internal_id, f"{person_id}/{connection}", kind, milliseconds(at)),
        meeting_id=str(report["meeting_id"]),
        internal_id=internal_id,
        person_id=person_id,
        connection=connection,
        kind=kind,
        at=at,
        source="analytics",
        role=role,
    )


def _moment(told: str) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(UTC)
