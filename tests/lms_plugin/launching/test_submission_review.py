"""Submission review: a trainer reads from the grade book what one learner handed in, and nothing else."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.lti.submission_review import SubmissionReview
from lms_plugin.people.learner import Learner
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser
from tests.lms_plugin.modules.visitor import ASSESSMENT, FINAL, Visitor, right, text_of, wrong


def review(
    browser: Browser, user_id: str = "carla", learner_id: str = "ada", **switches: Any
) -> TestResponse:
    """Carries a submission review message to the tool."""
    lms = browser.practice.lms
    initiation = lms.submission_review_initiation(user_id, learner_id=learner_id, **switches)
    return browser.post(browser.answer(initiation))


def path_of(launched: TestResponse) -> str:
    assert launched.status_code == 303, launched.text
    return launched.location.removeprefix(TOOL_URL)


def attempted(
    browser: Browser,
    database: Session,
    user_id: str,
    *,
    passed: bool,
    link: str = "link-m1",
    page: str = ASSESSMENT,
) -> None:
    """The learner opens the activity, hands in one attempt and begins another."""
    visit = path_of(browser.launch(user_id, link)).split("/")[2]
    learner_id = database.scalars(select(Learner.id).where(Learner.account_name == user_id)).one()
    database.rollback()
    name = f"__Host-visit-{visit}"
    secret = next(one.value for one in browser.client._cookies.values() if one.decoded_key == name)
    browser.client.set_cookie(name, secret, domain="formazione.example", secure=True)
    visitor = Visitor(browser.client, database, visit, learner_id)
    app: Flask = browser.client.application
    programme = app.extensions["programmes"]["co-alizione"]
    assessment = (programme.final_assessment if page == FINAL else programme.module("m1")).assessment
    for handed_in in (True, False):
        place, number = visitor.start(page)
        answers = (right if passed else wrong)(visitor.drawn(assessment, number))
        database.rollback()
        visitor.post(place, answers | {"action": "submit" if handed_in else "save"})


def test_a_trainer_reads_the_attempts_of_one_learner(browser: Browser, database: Session) -> None:
    attempted(browser, database, "ada", passed=False)
    attempted(browser, database, "bruno", passed=True)
    path = path_of(review(browser))
    page = browser.client.get(path)
    assert page.status_code == 200
    assert "Consegne di Ada Bianchi" in page.text
    assert "Bruno" not in page.text
    assert text_of(page).count("Tentativo 1") == 1
    first = browser.client.get(f"{path}/attempts/1")
    assert first.status_code == 200
    assert "Tentativo 1 di Ada Bianchi" in first.text
    assert "Risposta scelta: non giusta" in first.text
    assert "La tua risposta" not in first.text
    assert "<form" not in first.text
    assert browser.client.get(f"{path}/attempts/2").status_code == 404  # begun, not handed in
    assert browser.client.get(f"{path}/attempts/9").status_code == 404


@on_sqlite
def test_the_final_assessment_is_reviewed_module_by_module_and_is_the_score_of_its_link(
    browser: Browser, database: Session
) -> None:
    attempted(browser, database, "ada", passed=True, link="link-final", page=FINAL)
    path = path_of(review(browser, column_id="column-final"))
    assert "Verifica finale del programma" in browser.client.get(path).text
    words = text_of(browser.client.get(f"{path}/attempts/1"))
    assert "Modulo per modulo" in words
    assert "Domande del modulo 6" in words
    assert "La tua risposta" not in words
    (score,) = database.scalars(select(OutboxItem))
    link = database.scalars(select(ResourceLink)).one()
    assert score.lane == database.scalars(select(Placement)).one().id
    assert (link.activity_id, '"score_given":100' in score.payload) == ("final-assessment", True)


def test_reviewing_writes_no_evidence_and_makes_nobody_a_learner(browser: Browser, database: Session) -> None:
    attempted(browser, database, "ada", passed=True)
    before = database.scalar(select(func.count()).select_from(Evidence))
    database.rollback()
    path = path_of(review(browser))
    browser.client.get(path)
    browser.client.get(f"{path}/attempts/1")
    visit = path.split("/")[2]
    assert browser.client.post(f"/v/{visit}{ASSESSMENT}").status_code == 403
    database.rollback()
    assert database.scalar(select(func.count()).select_from(Evidence)) == before
    assert [learner.account_name for learner in database.scalars(select(Learner))] == ["ada"]


@pytest.mark.parametrize("user_id", ["ada", "bruno", "elena"])
def test_learners_may_not_review_not_even_themselves(
    browser: Browser, database: Session, user_id: str
) -> None:
    response = review(browser, user_id)
    assert response.status_code == 403
    assert "<code>forbidden_role</code>" in response.text
    assert database.scalar(select(func.count()).select_from(Visit)) == 0


def test_a_learner_without_a_name_is_shown_without_one(browser: Browser, database: Session) -> None:
    attempted(browser, database, "elena", passed=True)
    assert (
        "Consegne di Persona senza nome"
        in browser.client.get(path_of(review(browser, learner_id="elena"))).text
    )


@on_sqlite
def test_a_learner_who_never_came_has_nothing_to_review(browser: Browser) -> None:
    page = browser.client.get(path_of(review(browser, learner_id="bruno")))
    assert page.status_code == 200
    assert "non ha mai aperto" in page.text


def test_the_same_person_of_another_deployment_is_not_found(browser: Browser, database: Session) -> None:
    attempted(browser, database, "ada", passed=True)
    installation = browser.practice.lms.installation
    platform = database.scalars(select(Platform)).one()
    database.add(Deployment(platform=platform, deployment_id="2", created_at=platform.created_at))
    database.commit()
    with installation.store.changing() as memory:
        memory.tools["practice-lms"].deployment_ids.append("2")
        memory.links["link-m1"].deployment_id = "2"
    page = browser.client.get(path_of(review(browser)))
    assert "non ha mai aperto" in page.text
    assert "Ada" not in page.text
    database.rollback()
    assert database.scalars(select(SubmissionReview)).one().placement_id is None


def test_a_placement_of_another_deployment_is_never_shown(browser: Browser, database: Session) -> None:
    # Were a row ever wrong, the page itself would still refuse.
    attempted(browser, database, "ada", passed=True)
    path = path_of(review(browser))
    platform = database.scalars(select(Platform)).one()
    other = Deployment(platform=platform, deployment_id="2", created_at=platform.created_at)
    database.add(other)
    database.flush()
    database.scalars(select(Placement)).one().resource_link.deployment_id = other.id
    database.commit()
    for address in (path, f"{path}/attempts/1"):
        response = browser.client.get(address)
        assert response.status_code == 404
        assert "Ada" not in response.text


@on_sqlite
def test_other_visits_have_no_submission_page(browser: Browser) -> None:
    trainer, learner = path_of(browser.launch("carla")), path_of(browser.launch("ada"))
    for path, status in ((trainer, 404), (learner, 403)):
        visit = path.split("/")[2]
        assert browser.client.get(f"/v/{visit}/submission").status_code == status
        assert browser.client.get(f"/v/{visit}/submission/attempts/1").status_code == status


@on_sqlite
def test_attendance_at_a_webinar_is_said_in_words(browser: Browser) -> None:
    browser.launch("ada", "link-w01")
    page = browser.client.get(path_of(review(browser, column_id="column-w01")))
    assert "Presenza di Ada Bianchi" in page.text
    assert "Presenza non registrata" in page.text


@on_sqlite
@pytest.mark.parametrize(
    ("column", "learner", "code"),
    [(None, "ada", "claim_missing"), ("column-m1", None, "claim_missing")],
)
def test_whose_and_which_column_are_asked_for(
    browser: Browser, column: str | None, learner: str | None, code: str
) -> None:
    installation = browser.practice.lms.installation
    initiation = browser.practice.lms.submission_review_initiation()
    with installation.store.changing() as memory:
        if column is None:
            memory.line_items.clear()
    pending = installation.pending._launches
    for name, launch in pending.items():
        fields = {field: getattr(launch, field) for field in launch.__dataclass_fields__}
        pending[name] = type(launch)(**{**fields, "column_id": column, "reviewed_user_id": learner})
    response = browser.post(browser.answer(initiation))
    assert response.status_code == 400
    assert f"<code>{code}</code>" in response.text


@on_sqlite
def test_the_grade_book_of_the_practice_lms_leads_there(browser: Browser) -> None:
    lms = browser.practice.app.test_client()
    book = lms.get("/as/carla/grades").text
    assert "/as/carla/grades/column-m1/ada/" in book
    assert "/as/ada/grades/column-m1" not in lms.get("/as/ada/grades").text
    assert lms.get("/as/ada/grades/column-m1/ada/").status_code == 403
    assert "launch" in lms.get("/as/carla/grades/column-m1/ada/").text
