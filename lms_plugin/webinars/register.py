"""The register of one webinar: everybody's attendance, worked out from evidence alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from course_content.programme import AttendanceRule, Webinar
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.webinars import tickets
from lms_plugin.webinars.booking import WebinarSitting
from lms_plugin.webinars.sittings import as_known
from webinar_connector.attendance import Expected, Register, settle
from webinar_connector.intervals import Span
from webinar_connector.webinars import Attendance, PresenceEvent


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


def payload_of(rule: AttendanceRule, register: Register, attendance: Attendance) -> dict[str, Any]:
    """What evidence keeps of one person's settlement: the outcome, and all that led to it."""
    return {
        "sittings": sorted({stay.internal_id for stay in attendance.intervals}),
        "attended_seconds": attendance.attended_seconds,
        "denominator_seconds": attendance.denominator_seconds,
        "percent": attendance.percent,
        "threshold_percent": rule.threshold_percent,
        "denominator": rule.denominator,
        "reached": attendance.reached,
        "estimated": attendance.estimated,
        "rule_version": rule.version,
        "teaching": [_span(span) for span in register.held.teaching],
        "intervals": [
            [stay.joined_at.isoformat(), stay.left_at.isoformat() if stay.left_at else None, stay.source]
            for stay in attendance.intervals
        ],
    }


def _span(span: Span) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]
