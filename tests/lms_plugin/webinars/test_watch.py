"""When the platform's messages do not arrive, looking into the rooms is enough."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.webinars.booking import WebinarSitting
from tests.lms_plugin.webinars.conftest import PAGE, Caller, enter_room
from tests.lms_plugin.webinars.test_webinar_page import press

Job = Callable[[datetime], None]


def look(job: Job, minutes: float) -> None:
    job(datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.fixture
def deaf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the platform sends arrives nowhere, as behind a firewall."""

    def swallow(address: str) -> str:
        return address

    swallow.access = app.view_functions["webinar_callbacks.callback"].access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "webinar_callbacks.callback", swallow)


def test_people_seen_inside_get_their_minutes(
    deaf: None, booked: None, trainer: Caller, learner: Caller, database: Session, job: Job
) -> None:
    trainers_room = enter_room(trainer, trainer.post(f"{PAGE}/start"))
    enter_room(learner, learner.post(f"{PAGE}/join"))
    look(job, 0)
    database.rollback()
    joined = list(database.scalars(select(Evidence).where(Evidence.kind == Kind.WEBINAR_JOINED)))
    assert {row.learner_id for row in joined} == {trainer.learner_id, learner.learner_id}
    time.sleep(1.5)
    press(trainers_room, "Termina")
    trainer.post(f"{PAGE}/end")
    look(job, 1)
    database.rollback()
    completion = database.scalars(select(Completion)).one()
    assert (completion.learner_id, completion.outcome) == (learner.learner_id, "attended")
    assert "stimata" in learner.get(PAGE).text  # nobody saw the learner leave


def test_room_that_stays_empty_is_over_without_being_told(
    booked: None, trainer: Caller, database: Session, job: Job
) -> None:
    trainer.post(f"{PAGE}/start")
    look(job, 1)
    database.rollback()
    assert database.scalars(select(WebinarSitting)).one().ended_at is None
    look(job, 40)
    database.rollback()
    assert database.scalars(select(WebinarSitting)).one().ended_at is not None
