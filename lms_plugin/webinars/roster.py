"""What the webinar pages show of people: who is inside now, and what each attended."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.webinars.booking import WebinarBooking, WebinarSitting
from lms_plugin.webinars.presence import evidence_of


@dataclass(frozen=True, slots=True)
class Present:
    """One person in the room, since their earliest stay that is still open."""

    name: str
    is_trainer: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Attended:
    """One person's attendance as last settled."""

    name: str
    minutes: int
    percent: int
    threshold_percent: int
    reached: bool
    estimated: bool


def present(database: Session, sitting: WebinarSitting) -> list[Present]:
    """Who is inside a sitting, by the joins and leaves that have been told."""
    open_stays: dict[tuple[UUID, str, str], Evidence] = {}
    everything = evidence_of(database, sitting.booking)
    rows = [row for row in everything if _told(row)["sitting"] == sitting.internal_id]
    for row in sorted(rows, key=lambda row: (row.occurred_at, row.kind == Kind.WEBINAR_JOINED)):
        stay = (row.learner_id, _told(row)["connection"], _told(row)["told_by"])
        if row.kind == Kind.WEBINAR_JOINED:
            open_stays.setdefault(stay, row)
        else:
            open_stays.pop(stay, None)
    return _people(database, open_stays.values())


def _people(database: Session, joins: Iterable[Evidence]) -> list[Present]:
    earliest: dict[UUID, Evidence] = {}
    for row in sorted(joins, key=lambda row: row.occurred_at):
        earliest.setdefault(row.learner_id, row)
    names = _names(database, earliest)
    people = [
        Present(names[person], _told(row)["role"] == "moderator", row.occurred_at)
        for person, row in earliest.items()
    ]
    return sorted(people, key=lambda one: (not one.is_trainer, one.name))


def _told(row: Evidence) -> dict[str, str]:
    told: dict[str, str] = json.loads(row.payload)
    return told


def _names(database: Session, people: Iterable[UUID]) -> dict[UUID, str]:
    found = database.scalars(select(Learner).where(Learner.id.in_(list(people))))
    return {learner.id: learner.name or learner.account_name for learner in found}


def attended(database: Session, booked: WebinarBooking, learner_id: UUID | None = None) -> list[Attended]:
    """The last settled attendance of everybody, or of one learner."""
    about = (Evidence.programme_id == booked.programme_id, Evidence.activity_id == booked.webinar_id)
    rows = select(Evidence).where(*about, Evidence.kind == Kind.WEBINAR_SETTLED).order_by(Evidence.sequence)
    if learner_id is not None:
        rows = rows.where(Evidence.learner_id == learner_id)
    last = {row.learner_id: json.loads(row.payload) for row in database.scalars(rows)}
    names = _names(database, last)
    lines = [
        Attended(
            name=names[person],
            minutes=told["attended_seconds"] // 60,
            percent=told["percent"],
            threshold_percent=told["threshold_percent"],
            reached=told["reached"],
            estimated=told["estimated"],
        )
        for person, told in last.items()
    ]
    return sorted(lines, key=lambda line: line.name)
