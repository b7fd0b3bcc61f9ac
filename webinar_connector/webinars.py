"""The words of this house as frozen types: what is wanted, booked, held, seen and counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Role = Literal["moderator", "viewer"]
EventKind = Literal["joined", "left", "ended"]


@dataclass(frozen=True, slots=True)
class WantedWebinar:
    """A webinar as the programme declares it; `fingerprint` changes when what a platform shows does."""

    id: str
    title: str
    minutes: int
    starts_at: datetime | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class BookedWebinar:
    """What was agreed with the provider. On BigBlueButton nothing exists on the server before the start."""

    id: str
    provider: str
    external_id: str
    fingerprint: str
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class Sitting:
    """One time a webinar was actually held; `opened_at` keeps the platform's milliseconds."""

    webinar_id: str
    meeting_id: str
    internal_id: str
    opened_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who joins. `id` is stable and pseudonymous: it is the only key presence comes back with."""

    id: str
    name: str
    role: Role
    language: str = "it"


@dataclass(frozen=True, slots=True)
class PresenceEvent:
    """A raw join, leave or end. The same delivery repeated has the same `key`."""

    key: str
    meeting_id: str
    internal_id: str
    person_id: str
    connection: str
    kind: EventKind
    at: datetime
    source: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """One connection that is in the room now."""

    person_id: str
    name: str
    role: Role
    connection: str


@dataclass(frozen=True, slots=True)
class RawInterval:
    """One stay of one connection; `left_at` is None while nobody knows when it ended."""

    person_id: str
    connection: str
    joined_at: datetime
    left_at: datetime | None
    source: str
    estimated: bool = False
    internal_id: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """What one person attended; `percent` is for display (floor), `reached` was compared in whole seconds."""

    person_id: str
    attended_seconds: int
    denominator_seconds: int
    percent: int
    reached: bool
    estimated: bool
    intervals: tuple[RawInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a provider's self-test, in Italian, for the person who set it up."""

    level: Literal["ok", "warning", "error"]
    code: str
    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)
