"""XML answers in BigBlueButton's shape, built as a tree so that no text can break out of its element."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from webinar_connector.local_room.meetings import Attendee, Meeting
from webinar_connector.providers.bigbluebutton.answers import milliseconds

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Fields = Iterable[tuple[str, str | Element]]


def success(fields: Fields = ()) -> bytes:
    """A SUCCESS answer."""
    return _response("SUCCESS", fields)


def failure(key: str, sentence: str) -> bytes:
    """A FAILED answer with BigBlueButton's message key."""
    return _response("FAILED", [("messageKey", key), ("message", sentence)])


def created(meeting: Meeting, *, duplicate: bool) -> bytes:
    """The answer to `create`."""
    warning = "This conference was already in existence and may currently be in progress."
    return success(
        [
            ("meetingID", meeting.meeting_id),
            ("internalMeetingID", meeting.internal_id),
            ("parentMeetingID", "bbb-none"),
            ("attendeePW", meeting.passwords[0]),
            ("moderatorPW", meeting.passwords[1]),
            ("createTime", str(milliseconds(meeting.created_at))),
            ("createDate", meeting.created_at.strftime("%a %b %d %H:%M:%S UTC %Y")),
            ("hasUserJoined", _word(meeting.joined_ever)),
            ("duration", str(int(meeting.minutes))),
            ("hasBeenForciblyEnded", "false"),
            ("messageKey", "duplicateWarning" if duplicate else ""),
            ("message", warning if duplicate else ""),
        ]
    )


def meeting_fields(meeting: Meeting) -> Fields:
    """The fields of `getMeetingInfo`, also those of one `meeting` in `getMeetings`."""
    inside = meeting.inside
    started = min((a.moves[0][1] for a in meeting.attendees.values() if a.moves), default=meeting.created_at)
    return [
        ("meetingName", meeting.name),
        ("meetingID", meeting.meeting_id),
        ("internalMeetingID", meeting.internal_id),
        ("createTime", str(milliseconds(meeting.created_at))),
        ("attendeePW", meeting.passwords[0]),
        ("moderatorPW", meeting.passwords[1]),
        ("running", _word(bool(inside))),
        ("duration", str(int(meeting.minutes))),
        ("hasUserJoined", _word(meeting.joined_ever)),
        ("recording", "false"),
        ("hasBeenForciblyEnded", "false"),
        ("startTime", str(milliseconds(started))),
        ("endTime", "0"),
        ("participantCount", str(len(inside))),
        ("moderatorCount", str(sum(a.role == "moderator" for a in inside))),
        ("maxUsers", str(meeting.maximum)),
        ("attendees", element("attendees", (("attendee", _attendee(a)) for a in inside))),
        ("metadata", element("metadata", ((_tag(k), v) for k, v in meeting.metadata.items()))),
    ]


def element(tag: str, fields: Fields) -> Element:
    """One element holding the fields, in order."""
    node = Element(tag)
    for name, value in fields:
        if isinstance(value, Element):
            node.append(value)
        else:
            SubElement(node, name).text = NOT_XML.sub("", value)
    return node


def _response(code: str, fields: Fields) -> bytes:
    node = element("response", [("returncode", code), *fields])
    return tostring(node).decode("ascii").encode()


def _attendee(attendee: Attendee) -> Element:
    return element(
        "attendee",
        [
            ("userID", attendee.user_id),
            ("fullName", attendee.name),
            ("role", attendee.role.upper()),
            ("isPresenter", _word(attendee.role == "moderator")),
            ("isListeningOnly", "false"),
            ("hasJoinedVoice", "false"),
            ("hasVideo", "false"),
            ("clientType", "HTML5"),
        ],
    )


def _tag(key: str) -> str:
    cleaned = re.sub(r"[^a-z0-9._-]", "-", key)
    return cleaned if re.match(r"[a-z]", cleaned) else f"meta-{cleaned}"


def _word(value: bool) -> str:  # noqa: FBT001 — a boolean is what is written
    return "true" if value else "false"
