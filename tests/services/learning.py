"""A learner at work: facts about module 1 of the embedded programme, and the rows that they need."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from course_content import EMBEDDED
from course_content.loader import load_programmes
from lms_plugin.lti.origin_of_placement import describe_placement
from lms_plugin.people.learner import Learner
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.recorder import Recorder
from lms_plugin.storage import writing

PROGRAMMES = load_programmes([EMBEDDED])
PROGRAMME = "co-alizione"
MODULE = PROGRAMMES[PROGRAMME].module("m1")
LESSONS = tuple(lesson.id for lesson in MODULE.lessons)
BASE_URL = "https://formazione.example"


def make_recorder() -> Recorder:
    """A recorder of the embedded programmes."""
    return Recorder(PROGRAMMES, BASE_URL, describe_placement)


def add_learner(database: Session, now: datetime, name: str = "42") -> UUID:
    """A learner of the LMS at moodle.example."""
    learner = Learner(id=uuid4(), home_page="https://moodle.example", account_name=name, created_at=now)
    with writing(database):
        database.add(learner)
    return learner.id


def lesson_read(learner_id: UUID, lesson: str, at: datetime, placement: UUID | None = None) -> Fact:
    """The learner has read a lesson."""
    return Fact(
        learner_id,
        f"lesson.read:{lesson}",
        Kind.LESSON_READ,
        PROGRAMME,
        lesson,
        "module player",
        {},
        at,
        placement,
    )


def submitted(
    learner_id: UUID, attempt: int, percent: int, at: datetime, placement: UUID | None = None
) -> Fact:
    """The learner has handed in an attempt at the assessment of module 1; 70 passes."""
    assert MODULE.assessment is not None
    return Fact(
        learner_id,
        f"assessment.submitted:{MODULE.assessment.id}:{attempt}",
        Kind.ASSESSMENT_SUBMITTED,
        PROGRAMME,
        MODULE.assessment.id,
        "module player",
        {"attempt": attempt, "percent": percent, "pass_percent": 70, "answers": {}, "scores": {}},
        at,
        placement,
    )


def settled(learner_id: UUID, nth: int, seconds: int, at: datetime, webinar: str = "w01") -> Fact:
    """The provider's data were settled for the n-th time: of 3,600 seconds taught, 2,520 suffice."""
    payload: dict[str, Any] = {
        "attended_seconds": seconds,
        "denominator_seconds": 3600,
        "percent": seconds * 100 // 3600,
        "threshold_percent": 70,
        "reached": seconds >= 2520,
        "rule_version": 1,
    }
    key = f"webinar.settled:{webinar}:{nth}"
    return Fact(learner_id, key, Kind.WEBINAR_SETTLED, PROGRAMME, webinar, "webinar provider", payload, at)


def joined(learner_id: UUID, at: datetime, placement: UUID | None, webinar: str = "w01") -> Fact:
    """The learner entered the webinar."""
    payload = {"sitting": "s", "connection": "c", "role": "learner"}
    key = f"webinar.joined:{webinar}:{at.isoformat()}"
    return Fact(
        learner_id, key, Kind.WEBINAR_JOINED, PROGRAMME, webinar, "webinar provider", payload, at, placement
    )


def left(learner_id: UUID, at: datetime, placement: UUID | None, webinar: str = "w01") -> Fact:
    """The learner went out of the webinar."""
    payload = {"sitting": "s", "connection": "c", "role": "learner"}
    key = f"webinar.left:{webinar}:{at.isoformat()}"
    return Fact(
        learner_id, key, Kind.WEBINAR_LEFT, PROGRAMME, webinar, "webinar provider", payload, at, placement
    )


def opened(learner_id: UUID, at: datetime, placement: UUID, activity: str = "m1") -> Fact:
    """The learner came to an activity through a placement."""
    key = f"activity.opened:{activity}:{placement}"
    return Fact(learner_id, key, Kind.ACTIVITY_OPENED, PROGRAMME, activity, "launch", {}, at, placement)
