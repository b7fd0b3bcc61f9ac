"""From «Avvia» to minutes, against the real local room; and the ways in that stay shut."""

import re
import time
from datetime import UTC, datetime, timedelta

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.webinars.booking import WebinarSitting
from tests.lms_plugin.webinars.conftest import PAGE, Caller, enter_room, way_in


def press(page: requests.Response, words: str) -> requests.Response:
    """Presses the button of the room's page with these words."""
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        if words in form:
            action = re.search(r'action="([^"]+)"', form)
            hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
            assert action
            address = requests.compat.urljoin(page.url, action[1])
            return requests.post(address, data=hidden, timeout=5)
    raise AssertionError(f"no button {words!r} in {page.text}")


def wait_for_evidence(database: Session, kind: Kind, number: int) -> list[Evidence]:
    """What the room has told us, once it has told so much."""
    for _ in range(80):
        database.rollback()
        rows = list(database.scalars(select(Evidence).where(Evidence.kind == kind)))
        if len({row.learner_id for row in rows}) >= number:
            return rows
        time.sleep(0.1)
    raise AssertionError(f"never {number} people with {kind}")


def stay(began: float, all_in: float) -> None:
    """Stays so long that the last to come in has attended too: 70 % is the rule, also on a slow machine."""
    time.sleep(max(1.2, 4 * (all_in - began)))


def wait_for_report(database: Session) -> None:
    """The room's own report comes last and tells the same stays once more."""
    for _ in range(80):
        database.rollback()
        told = database.scalars(select(Evidence.payload).where(Evidence.kind == Kind.WEBINAR_LEFT))
        if any('"analytics"' in payload for payload in told):
            return
        time.sleep(0.1)
    raise AssertionError("the room never sent its report")


def test_webinar_becomes_a_completion(
    booked: None, trainer: Caller, learner: Caller, database: Session, job
) -> None:
    began = time.monotonic()
    trainers_room = enter_room(trainer, trainer.post(f"{PAGE}/start"))
    learners_room = enter_room(learner, learner.post(f"{PAGE}/join"))
    late = time.monotonic()
    wait_for_evidence(database, Kind.WEBINAR_JOINED, 2)
    assert "Ada Bianchi" in trainer.get(PAGE).text
    stay(began, late)
    press(learners_room, "Esci")
    press(trainers_room, "Termina")
    wait_for_evidence(database, Kind.WEBINAR_LEFT, 2)
    wait_for_report(database)
    job(datetime.now(UTC) + timedelta(seconds=10))
    database.rollback()
    completion = database.scalars(select(Completion)).one()
    assert (completion.learner_id, completion.activity_id) == (learner.learner_id, "w01")
    assert (completion.outcome, completion.activity_kind) == ("attended", "webinar")
    assert completion.duration_seconds >= 1
    assert "Presenza valida" in learner.get(PAGE).text
    assert "Ada Bianchi" in trainer.get(PAGE).text


def test_webinar_reaches_only_the_grade_of_its_own_link(
    booked: None, trainer: Caller, learner: Caller, other_learner: Caller, database: Session, job
) -> None:
    began = time.monotonic()
    trainers_room = enter_room(trainer, trainer.post(f"{PAGE}/start"))
    for person in (learner, other_learner):
        enter_room(person, person.post(f"{PAGE}/join"))
    late = time.monotonic()
    wait_for_evidence(database, Kind.WEBINAR_JOINED, 3)
    stay(began, late)
    press(trainers_room, "Termina")
    wait_for_report(database)
    job(datetime.now(UTC) + timedelta(seconds=10))
    database.rollback()
    placements = {one.learner_id: one.placement_id for one in database.scalars(select(Completion))}
    assert placements[learner.learner_id] is not None
    assert placements[other_learner.learner_id] is None


def test_settling_again_changes_nothing(
    booked: None, trainer: Caller, learner: Caller, database: Session, job
) -> None:
    test_webinar_becomes_a_completion(booked, trainer, learner, database, job)
    before = list(database.scalars(select(Evidence.hash).order_by(Evidence.hash)))
    job(datetime.now(UTC) + timedelta(seconds=60))
    job(datetime.now(UTC) + timedelta(seconds=120))
    database.rollback()
    assert list(database.scalars(select(Evidence.hash).order_by(Evidence.hash))) == before


def test_learner_cannot_open_or_end_the_room(booked: None, learner: Caller, trainer: Caller) -> None:
    assert learner.post(f"{PAGE}/start").status_code == 403
    trainer.post(f"{PAGE}/start")
    assert learner.post(f"{PAGE}/end").status_code == 403


def test_learner_waits_until_the_trainer_has_opened(booked: None, learner: Caller) -> None:
    assert "arriva il docente" in learner.get(PAGE).text
    assert learner.post(f"{PAGE}/join").status_code == 409


def test_link_opens_once_and_only_for_its_person(
    booked: None, trainer: Caller, learner: Caller, other_learner: Caller
) -> None:
    trainer.post(f"{PAGE}/start")
    link = way_in(learner.post(f"{PAGE}/join"))
    assert other_learner.get(f"/{link}").status_code == 410
    assert learner.get(f"/{link}").status_code == 303
    assert learner.get(f"/{link}").status_code == 410


def test_webinar_that_nobody_booked_cannot_be_started(trainer: Caller) -> None:
    answer = trainer.post(f"{PAGE}/start")
    assert answer.status_code == 409
    assert "segreteria" in answer.text


def test_starting_twice_opens_one_sitting(booked: None, trainer: Caller, database: Session) -> None:
    trainer.post(f"{PAGE}/start")
    trainer.post(f"{PAGE}/start")
    assert len(list(database.scalars(select(WebinarSitting)))) == 1


def test_ended_webinar_can_be_opened_again_as_another_sitting(
    booked: None, trainer: Caller, database: Session
) -> None:
    trainer.post(f"{PAGE}/start")
    assert trainer.post(f"{PAGE}/end").status_code == 303
    for _ in range(50):
        if trainer.post(f"{PAGE}/start").status_code == 200:
            break
        time.sleep(0.1)
    database.rollback()
    assert len(list(database.scalars(select(WebinarSitting)))) == 2


def test_forged_callback_is_refused(booked: None, trainer: Caller, settings, database: Session) -> None:
    trainer.post(f"{PAGE}/start")
    forged = f"{settings.public_url}/webinars/callbacks/events/co-alizione.w01-x/0123456789abcdef"
    answer = requests.post(forged, data={"event": "[]", "domain": "x", "timestamp": 0}, timeout=5)
    assert answer.status_code == 401
    assert list(database.scalars(select(Evidence))) == []


def test_unknown_webinar_is_a_page_not_found(learner: Caller) -> None:
    assert learner.get("/programmes/co-alizione/webinars/w99").status_code == 404
    assert learner.get("/programmes/nothing/webinars/w01").status_code == 404


def test_platform_that_is_down_is_said_in_words(booked: None, app, trainer: Caller) -> None:
    gone = app.extensions["settings"]
    object.__setattr__(gone, "bbb_url", "http://127.0.0.1:9/bigbluebutton")
    answer = trainer.post(f"{PAGE}/start")
    assert answer.status_code == 502
    assert "piattaforma video" in answer.text
