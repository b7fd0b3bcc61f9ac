"""After the end: everybody's minutes by the connector's algebra, appended as evidence."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from course_content.programme import Programme
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.recorder import Recorder
from lms_plugin.storage import writing
from lms_plugin.webinars import tickets
from lms_plugin.webinars.booking import WebinarBooking, WebinarSitting
from lms_plugin.webinars.presence import evidence_of
from lms_plugin.webinars.register import payload_of, register_of
from lms_plugin.webinars.sittings import locked_sittings

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
    # Locked before the evidence is read: news that arrives meanwhile must find its mark after ours.
    held = locked_sittings(database, booked)
    people = tickets.bearers(database, [sitting.id for sitting in held])
    register = register_of(webinar, held, people, evidence_of(database, booked))
    rule = webinar.rule
    facts = [
        fact
        for one in register.attendances
        if (
            fact := _fact(database, booked, people[UUID(one.person_id)], payload_of(rule, register, one), now)
        )
    ]
    for sitting in held:
        sitting.unsettled_since = None
    return list(recorder.record(database, facts, now))


def _fact(
    database: Session,
    booked: WebinarBooking,
    bearer: tickets.Bearer,
    payload: dict[str, Any],
    now: datetime,
) -> Fact | None:
    """What to append, or nothing if the last settlement said the very same."""
    before = _settled_so_far(database, booked, bearer.learner_id)
    if before and before[-1] == payload:
        return None
    ends = [datetime.fromisoformat(left) for _joined, left, _source in payload["intervals"] if left]
    return Fact(
        learner_id=bearer.learner_id,
        key=f"settled:{booked.programme_id}:{booked.webinar_id}:{len(before) + 1}",
        kind=Kind.WEBINAR_SETTLED,
        programme_id=booked.programme_id,
        activity_id=booked.webinar_id,
        source="attendance rule",
        payload=payload,
        occurred_at=max(ends, default=now),
        placement_id=bearer.placement_id,
    )


def _settled_so_far(database: Session, booked: WebinarBooking, learner_id: UUID) -> list[dict[str, Any]]:
    about = (Evidence.programme_id == booked.programme_id, Evidence.activity_id == booked.webinar_id)
    mine = (Evidence.learner_id == learner_id, Evidence.kind == Kind.WEBINAR_SETTLED)
    rows = database.scalars(select(Evidence.payload).where(*about, *mine).order_by(Evidence.sequence))
    return [json.loads(row) for row in rows]
