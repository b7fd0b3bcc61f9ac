"""The shapes of what the room sends: one webhook event, and the analytics report (video.md §1.6, §1.7)."""

from datetime import datetime
from itertools import groupby
from typing import Any

from webinar_connector.local_room.meetings import Attendee, Change, Meeting
from webinar_connector.providers.bigbluebutton.answers import milliseconds


def webhook_event(change: Change, event_id: str) -> dict[str, Any]:
    """One event as bbb-webhooks says it, without addresses or user agents."""
    meeting = change.meeting
    attributes: dict[str, Any] = {
        "meeting": {"internal-meeting-id": meeting.internal_id, "external-meeting-id": meeting.meeting_id}
    }
    if change.attendee is not None:
        attributes["user"] = {
            "internal-user-id": change.attendee.connection,
            "external-user-id": change.attendee.user_id,
            "name": change.attendee.name,
            "role": change.attendee.role.upper(),
            "presenter": change.attendee.role == "moderator",
        }
    moment = {"ts": milliseconds(change.at)}
    return {"data": {"type": "event", "id": event_id, "attributes": attributes, "event": moment}}


def analytics_report(meeting: Meeting) -> dict[str, Any]:
    """The report of an ended meeting: people grouped by their own id, one session per connection."""
    finish = meeting.ended_at or meeting.created_at
    came = sorted((a for a in meeting.attendees.values() if a.moves), key=lambda a: a.user_id)
    return {
        "version": "1.0",
        "meeting_id": meeting.meeting_id,
        "internal_meeting_id": meeting.internal_id,
        "custom": {},
        "data": {
            "metadata": {
                "meeting_name": meeting.name,
                "is_breakout": "false",
                **{key.replace("-", "_"): value for key, value in meeting.metadata.items()},
            },
            "duration": int((finish - meeting.created_at).total_seconds()),
            "start": _iso(meeting.created_at),
            "finish": _iso(finish),
            "attendees": [_person(list(own)) for _, own in groupby(came, key=lambda a: a.user_id)],
            "files": [],
            "polls": [],
        },
    }


def _person(connections: list[Attendee]) -> dict[str, Any]:
    first = connections[0]
    moves = [move for connection in connections for move in connection.moves]
    return {
        "ext_user_id": first.user_id,
        "name": first.name,
        "moderator": first.role == "moderator",
        "userdata": {},
        "joins": sorted(_iso(at) for kind, at in moves if kind == "joined"),
        "leaves": sorted(_iso(at) for kind, at in moves if kind == "left"),
        "duration": sum(_seconds(connection) for connection in connections),
        "recent_talking_time": "",
        "engagement": dict.fromkeys(("chats", "talks", "raisehand", "emojis", "poll_votes", "talk_time"), 0),
        "sessions": [_session(connection) for connection in connections],
    }


def _session(attendee: Attendee) -> dict[str, Any]:
    def told(kind: str, word: str) -> list[dict[str, str]]:
        who = {"userid": attendee.connection, "ext_userid": attendee.user_id, "event": word}
        return [{"timestamp": _iso(at), **who} for k, at in attendee.moves if k == kind]

    return {"joins": told("joined", "join"), "lefts": told("left", "left")}


def _seconds(attendee: Attendee) -> int:
    ups, downs = ([at for k, at in attendee.moves if k == kind] for kind in ("joined", "left"))
    return int(sum((down - up).total_seconds() for up, down in zip(ups, downs, strict=False)))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
