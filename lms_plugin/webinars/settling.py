"""After the end: everybody's minutes by the connector's algebra, appended as evidence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from course_content.programme import Programme, Webinar
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.recorder import Recorder
from lms_plugin.storage import writing
from lms_plugin.webinars import tickets
from lms_plugin.webinars.booking import WebinarBooking, WebinarSitting
from lms_plugin.webinars.presence import evidence_of
from lms_plugin.webinars.sittings import as_known, sittings
from webinar_connector.attendance import Expected, Register, settle
from webinar_connector.intervals import Span
from webinar_connector.webinars import Attendance, PresenceEvent

# The leaves of the last people and the platform's own report arrive a little after the end.
GRACE = timedelta(seconds=5)


def settle_due(
    sessions: sessionmaker[Session], recorder: Recorder, programmes: Mapping[str, Programme], now: datetime
) -> list[Completion]:
    """Settles every webinar whose sittings are over and have news; one transaction for each."""
    with sessions() as database:
        due = _due(database, now)
    concluded: list[Completion] = []
    for booking_id in due:
        with sessions() as database, writing(database):
            concluded += settle_webinar(database, recorder, programmes, booking_id, now)
    return concluded


def _due(database: Session, now: datetime) -> list[UUID]:
    waiting = select(WebinarSitting.booking_id).where(
        WebinarSitting.unsettled_since <= now - GRACE, WebinarSitting.ended_at.is_not(None)
    )
    still_on = select(WebinarSitting.booking_id).where(WebinarSitting.ended_at.is_(None))
    return list(database.scalars(waiting.where(WebinarSitting.booking_id.not_in(still_on)).distinct()))


def settle_webinar(
    database: Session,
    recorder: Recorder,
    programmes: Mapping[str, Programme],
    booking_id: UUID,
    now: datetime,
) -> list[Completion]:
    """Works out one webinar's register; the same evidence always settles to the same facts."""
    booked = database.get_one(WebinarBooking, booking_id, with_for_update=True)
    webinar = programmes[booked.programme_id].webinar(booked.webinar_id)
    held = sittings(database, booked)
    people = tickets.bearers(database, [sitting.id for sitting in held])
    register = register_of(webinar, held, people, evidence_of(database, booked))
    facts = [_settled(booked, webinar, register, one, people, now) for one in register.attendances]
    for sitting in held:
        sitting.unsettled_since = None
    return list(recorder.record(database, facts, now))


def register_of(
    webinar: Webinar,
    held: Sequence[WebinarSitting],
    people: Mapping[UUID, tickets.Bearer],
    evidence: Sequence[Evidence],
) -> Register:
    """The attendance of everybody, from evidence alone."""
    trainers = {str(person) for person, bearer in people.items() if bearer.role == "moderator"}
    expected = Expected(
        starts_at=webinar.starts_at,
        minutes=webinar.minutes,
        trainers=trainers,
        learners={str(person) for person in people} - trainers,
        sittings=[as_known(sitting) for sitting in held],
    )
    return settle([_event(row) for row in evidence], expected, webinar.rule)


def _event(row: Evidence) -> PresenceEvent:
    told = json.loads(row.payload)
    return PresenceEvent(
        key=row.key,
        meeting_id="",
        internal_id=told["sitting"],
        person_id=str(row.learner_id),
        connection=told["connection"],
        kind="joined" if row.kind == Kind.WEBINAR_JOINED else "left",
        at=row.occurred_at,
        source=told["told_by"],
        role=told["role"],
    )


def _settled(
    booked: WebinarBooking,
    webinar: Webinar,
    register: Register,
    attendance: Attendance,
    people: Mapping[UUID, tickets.Bearer],
    now: datetime,
) -> Fact:
    learner_id = UUID(attendance.person_id)
    payload = _payload(webinar, register, attendance)
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
    stays = [stay.left_at for stay in attendance.intervals if stay.left_at is not None]
    return Fact(
        learner_id=learner_id,
        # The same outcome is the same fact; better presence later makes another one, and both remain.
        key=f"settled:{booked.programme_id}:{booked.webinar_id}:{digest}",
        kind=Kind.WEBINAR_SETTLED,
        programme_id=booked.programme_id,
        activity_id=booked.webinar_id,
        source="attendance rule",
        payload=payload,
        occurred_at=max(stays, default=now),
        placement_id=people[learner_id].placement_id,
    )


def _payload(webinar: Webinar, register: Register, attendance: Attendance) -> dict[str, Any]:
    return {
        "sittings": sorted({stay.internal_id for stay in attendance.intervals}),
        "attended_seconds": attendance.attended_seconds,
        "denominator_seconds": attendance.denominator_seconds,
        "percent": attendance.percent,
        "threshold_percent": webinar.rule.threshold_percent,
        "denominator": webinar.rule.denominator,
        "reached": attendance.reached,
        "estimated": attendance.estimated,
        "rule_version": webinar.rule.version,
        "teaching": [_span(span) for span in register.held.teaching],
        "intervals": [
            [stay.joined_at.isoformat(), stay.left_at.isoformat() if stay.left_at else None, stay.source]
            for stay in attendance.intervals
        ],
    }


def _span(span: Span) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]
