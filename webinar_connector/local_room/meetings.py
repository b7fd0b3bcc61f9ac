"""Meetings in memory with BigBlueButton's rules (video.md §1.2–1.4); every moment is handed in."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from webinar_connector.local_room.settings import RoomSettings
from webinar_connector.providers.bigbluebutton.answers import milliseconds
from webinar_connector.webinars import EventKind, Role

MAXIMUM_PAGES, PAGE_LENGTH = 200, 64
MAXIMUM_CONNECTIONS = 3  # BigBlueButton's maxUserConcurrentAccesses: the oldest is thrown out


class Refused(Exception):
    """A FAILED answer: BigBlueButton's message key and a sentence."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(slots=True)
class Attendee:
    """One join link that was used: a connection, inside or for a moment away."""

    connection: str
    token: str
    user_id: str
    name: str
    role: Role
    seen_at: datetime
    moves: list[tuple[Literal["joined", "left"], datetime]] = field(default_factory=list)
    closed_pages: set[str] = field(default_factory=set)

    @property
    def inside(self) -> bool:
        """Whether the last move was an entrance."""
        return bool(self.moves) and self.moves[-1][0] == "joined"


@dataclass(slots=True)
class Meeting:
    """One sitting, from `create` to its end."""

    meeting_id: str
    internal_id: str
    name: str
    created_at: datetime
    passwords: tuple[str, str]
    metadata: dict[str, str]
    logout_url: str
    minutes: float
    maximum: int
    never_joined_minutes: float
    empty_minutes: float
    attendees: dict[str, Attendee] = field(default_factory=dict)
    ended_at: datetime | None = None
    version: int = 0

    @property
    def inside(self) -> list[Attendee]:
        """Who is inside now, in the order of arrival."""
        return [attendee for attendee in self.attendees.values() if attendee.inside]

    @property
    def joined_ever(self) -> bool:
        """Whether anybody has ever been inside."""
        return any(attendee.moves for attendee in self.attendees.values())


@dataclass(frozen=True, slots=True)
class Change:
    """Something others must be told: a webhook, a page that waits."""

    kind: EventKind
    meeting: Meeting
    attendee: Attendee | None
    at: datetime


class Meetings:
    """All meetings of the process. Methods return the changes they caused, in order."""

    def __init__(self, settings: RoomSettings) -> None:
        self._settings = settings
        self._meetings: dict[str, Meeting] = {}
        self._by_token: dict[str, tuple[Meeting, Attendee]] = {}

    def all(self) -> list[Meeting]:
        """The running meetings."""
        return list(self._meetings.values())

    def get(self, meeting_id: str) -> Meeting:
        """The running meeting; Refused(notFound) once it has left memory: there is no history."""
        if meeting_id not in self._meetings:
            raise Refused("notFound", "We could not find a meeting with that meeting ID")
        return self._meetings[meeting_id]

    def by_token(self, token: str) -> tuple[Meeting, Attendee] | None:
        """The meeting and person of a room address, also after the end until the address is forgotten."""
        return self._by_token.get(token)

    def create(self, parameters: Mapping[str, str], now: datetime) -> tuple[Meeting, bool]:
        """(the meeting, whether it was already there). Repeated: new parameters are ignored (§1.3)."""
        given = (parameters.get("attendeePW", ""), parameters.get("moderatorPW", ""))
        existing = self._meetings.get(parameters["meetingID"])
        if existing is not None:
            if any(g and g != known for g, known in zip(given, existing.passwords, strict=True)):
                raise Refused("idNotUnique", "A meeting already exists with that meeting ID.")
            return existing, True
        if len(self._meetings) >= self._settings.maximum_meetings:
            raise Refused("maxConcurrent", "The room holds too many meetings.")
        meeting = self._new(parameters, given, now)
        self._meetings[meeting.meeting_id] = meeting
        return meeting, False

    def join(self, meeting: Meeting, who: tuple[str, str, Role], now: datetime) -> Attendee:
        """A fresh room address for (user id, name, role); the person is inside once the page is open."""
        user_id, name, role = who
        if meeting.maximum and len({a.user_id for a in meeting.inside} | {user_id}) > meeting.maximum:
            raise Refused("maxParticipantsReached", "The number of participants allowed has been reached.")
        connection = f"w_{secrets.token_hex(6)}"
        attendee = Attendee(connection, secrets.token_urlsafe(32), user_id or connection, name, role, now)
        meeting.attendees[connection] = attendee
        self._by_token[attendee.token] = (meeting, attendee)
        return attendee

    def seen(self, token: str, now: datetime, page: str = "") -> list[Change]:
        """A sign of life: enters, or enters again after being away.

        The last heartbeat of a page may arrive after the word that it was closed: then it is none.
        """
        meeting, attendee = self._by_token[token]
        if page in attendee.closed_pages:
            return []
        attendee.seen_at = now
        if attendee.inside or meeting.ended_at is not None:
            return []
        same = [a for a in meeting.inside if a.user_id == attendee.user_id]
        thrown_out = same[: max(0, len(same) - MAXIMUM_CONNECTIONS + 1)]
        changes = [change for old in thrown_out for change in self._out(meeting, old, now, forget=True)]
        return [*changes, self._move(meeting, attendee, "joined", now)]

    def leave(self, token: str, now: datetime, *, forget: bool, page: str = "") -> list[Change]:
        """Out; with `forget` the address is dead, without it a reload of the page enters again."""
        meeting, attendee = self._by_token[token]
        if page and len(attendee.closed_pages) < MAXIMUM_PAGES:
            attendee.closed_pages.add(page[:PAGE_LENGTH])
        return self._out(meeting, attendee, now, forget=forget)

    def end(self, meeting: Meeting, now: datetime) -> list[Change]:
        """Everybody out, then the end; the meeting leaves memory at once."""
        if meeting.ended_at is not None:
            return []
        changes = [self._move(meeting, attendee, "left", now) for attendee in meeting.inside]
        meeting.ended_at = now
        meeting.version += 1
        del self._meetings[meeting.meeting_id]
        return [*changes, Change("ended", meeting, None, now)]

    def sweep(self, now: datetime) -> list[Change]:
        """What the passing of time does: missed heartbeats, expiries, old addresses forgotten."""
        changes: list[Change] = []
        timeout = timedelta(seconds=self._settings.heartbeat_seconds)
        for meeting in self.all():
            lost = [a for a in meeting.inside if now - a.seen_at >= timeout]
            changes += [self._move(meeting, attendee, "left", now) for attendee in lost]
            if _expired(meeting, now):
                changes += self.end(meeting, now)
        for token, (meeting, _) in list(self._by_token.items()):
            if meeting.ended_at is not None and now - meeting.ended_at > timedelta(hours=1):
                del self._by_token[token]
        return changes

    def _new(self, parameters: Mapping[str, str], given: tuple[str, str], now: datetime) -> Meeting:
        meeting_id = parameters["meetingID"]
        created = now.replace(microsecond=now.microsecond // 1000 * 1000)
        prefix = hashlib.sha1(meeting_id.encode(), usedforsecurity=False).hexdigest()
        return Meeting(
            meeting_id=meeting_id,
            internal_id=f"{prefix}-{milliseconds(created)}",
            name=parameters["name"],
            created_at=created,
            passwords=(given[0] or secrets.token_hex(8), given[1] or secrets.token_hex(8)),
            metadata={k[5:].lower(): v for k, v in parameters.items() if k.startswith("meta_")},
            logout_url=parameters.get("logoutURL", ""),
            minutes=_number(parameters, "duration", 0),
            maximum=int(_number(parameters, "maxParticipants", 0)),
            never_joined_minutes=_number(
                parameters, "meetingExpireIfNoUserJoinedInMinutes", self._settings.never_joined_minutes
            ),
            empty_minutes=_number(
                parameters, "meetingExpireWhenLastUserLeftInMinutes", self._settings.empty_minutes
            ),
        )

    def _out(self, meeting: Meeting, attendee: Attendee, now: datetime, *, forget: bool) -> list[Change]:
        if forget:
            self._by_token.pop(attendee.token, None)
        return [self._move(meeting, attendee, "left", now)] if attendee.inside else []

    def _move(
        self, meeting: Meeting, attendee: Attendee, kind: Literal["joined", "left"], now: datetime
    ) -> Change:
        attendee.moves.append((kind, now))
        meeting.version += 1
        return Change(kind, meeting, attendee, now)


def _expired(meeting: Meeting, now: datetime) -> bool:
    if meeting.minutes and now - meeting.created_at >= timedelta(minutes=meeting.minutes):
        return True
    if not meeting.joined_ever:
        limit, since = meeting.never_joined_minutes, meeting.created_at
    else:
        limit, since = (
            meeting.empty_minutes,
            max(a.moves[-1][1] for a in meeting.attendees.values() if a.moves),
        )
    return limit > 0 and not meeting.inside and now - since >= timedelta(minutes=limit)


def _number(parameters: Mapping[str, str], name: str, default: float) -> float:
    told = parameters.get(name, "")
    if not told:
        return default
    if not told.isascii() or not told.isdecimal() or len(told) > len("100000"):
        raise Refused("validationError", f"{name} must be a whole number")
    return int(told)
