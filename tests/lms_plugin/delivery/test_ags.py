"""Scores on their way to the grade book of the LMS: what becomes of each answer."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms_plugin.delivery.ags import AgsSender
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.lti.ags import scores_url
from lms_plugin.lti.platform import Deployment, Placement, ResourceLink
from lms_plugin.outbound import Outbound
from lms_plugin.rehearsal.faults import FaultPlan
from lms_plugin.rehearsal.gradebook import Grade
from lms_plugin.storage import session_factory
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti import fixtures
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser, Practice

lms_keys, practice, platform, browser = (
    fixtures.lms_keys,
    fixtures.practice,
    fixtures.platform,
    fixtures.browser,
)
Send = Callable[..., Outcome]


@pytest.fixture
def send(browser: Browser, engine: Engine, database: Session, clock: Clock) -> Send:
    """Sends the score of somebody who has launched module 1."""
    browser.launch()
    placement_id = database.scalars(select(Placement.id)).one()
    database.rollback()
    sender = AgsSender(Outbound(frozenset({"127.0.0.1"}), timeout=(2, 2)), SECRET)

    def send(at: datetime | None = None, **changes: Any) -> Outcome:
        payload = {
            "placement_id": str(placement_id),
            "score_given": 80,
            "score_maximum": 100,
            "activity_progress": "Completed",
            "grading_progress": "FullyGraded",
            "timestamp": (at or clock()).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "comment": "",
        }
        return sender(payload | changes, session_factory(engine), clock())

    return send


def grade(practice: Practice) -> Grade:
    with practice.lms.installation.store.reading() as memory:
        return memory.grades["column-m1", "ada"]


def posted(practice: Practice) -> int:
    with practice.lms.installation.store.reading() as memory:
        return len(memory.posted)


def test_a_score_arrives_in_the_grade_book(send: Send, practice: Practice) -> None:
    outcome = send(comment="Prova superata")
    assert (outcome.verdict, outcome.http_status) == (Verdict.DELIVERED, 200)
    assert (grade(practice).percent, grade(practice).comment) == (80, "Prova superata")


def test_a_score_that_the_lms_has_already_is_delivered(send: Send, practice: Practice) -> None:
    send()
    outcome = send()
    assert (outcome.verdict, outcome.http_status) == (Verdict.DELIVERED, 409)
    assert posted(practice) == 2
    assert practice.asked.count("/token") == 1


@on_sqlite
def test_a_moodle_with_its_query_gets_its_score(send: Send, practice: Practice, browser: Browser) -> None:
    practice.lms.use_profile("moodle")
    browser.launch()
    assert send().verdict is Verdict.DELIVERED
    assert grade(practice).percent == 80


def test_scores_come_before_the_query() -> None:
    assert scores_url("https://lms.example/items/2/lineitem?type_id=1") == (
        "https://lms.example/items/2/lineitem/scores?type_id=1"
    )


@on_sqlite
def test_no_column_means_that_nobody_wants_the_score(
    send: Send, database: Session, practice: Practice
) -> None:
    database.execute(update(Placement).values(line_item_url=None, line_items_url=None))
    database.execute(update(ResourceLink).values(line_item_url=None))
    database.commit()
    assert send().verdict is Verdict.NOT_WANTED
    assert posted(practice) == 0


@on_sqlite
def test_without_the_scope_no_score_is_sent(send: Send, database: Session, practice: Practice) -> None:
    database.execute(update(Placement).values(scopes=[]))
    database.commit()
    assert send().verdict is Verdict.NOT_WANTED
    assert posted(practice) == 0


@on_sqlite
def test_a_placement_that_is_gone_wants_nothing(send: Send) -> None:
    assert send(placement_id=str(uuid.uuid4())).verdict is Verdict.NOT_WANTED


def test_a_token_that_was_revoked_is_replaced_at_once(send: Send, practice: Practice, clock: Clock) -> None:
    send()
    practice.lms.installation.tokens.revoke_all()
    clock.move(seconds=2)
    assert send().verdict is Verdict.DELIVERED
    assert practice.asked.count("/token") == 2


@on_sqlite
def test_an_open_edx_that_says_403_to_an_old_token_gets_a_new_one(
    send: Send, practice: Practice, clock: Clock
) -> None:
    send()
    practice.lms.use_profile("openedx")
    practice.lms.installation.tokens.revoke_all()
    clock.move(seconds=2)
    assert send().verdict is Verdict.DELIVERED
    assert practice.asked.count("/token") == 2


@on_sqlite
@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.DEAD), (403, Verdict.DEAD), (404, Verdict.DEAD), (422, Verdict.DEAD),
        (401, Verdict.RETRY), (429, Verdict.RETRY), (500, Verdict.RETRY), (503, Verdict.RETRY),
        (409, Verdict.DELIVERED),
    ],
)  # fmt: skip
def test_each_status_has_its_outcome(send: Send, practice: Practice, status: int, verdict: Verdict) -> None:
    plan = FaultPlan(rate=1, status=status, services=frozenset({"scores"}))
    practice.lms.installation.faults.set(plan)
    outcome = send()
    assert (outcome.verdict, outcome.http_status) == (verdict, status)


@on_sqlite
def test_the_lms_says_when_to_come_again(send: Send, practice: Practice) -> None:
    plan = FaultPlan(rate=1, status=503, retry_after_seconds=77, services=frozenset({"scores"}))
    practice.lms.installation.faults.set(plan)
    assert send().after == timedelta(seconds=77)


@on_sqlite
def test_an_answer_that_is_lost_is_sent_again_and_counted_once(send: Send, practice: Practice) -> None:
    plan = FaultPlan(rate=1, status=500, lose_answer=True, limit=1, services=frozenset({"scores"}))
    practice.lms.installation.faults.set(plan)
    assert send().verdict is Verdict.RETRY
    again = send()
    assert (again.verdict, again.http_status) == (Verdict.DELIVERED, 409)


@on_sqlite
def test_a_broken_token_address_is_tried_again_later(send: Send, practice: Practice) -> None:
    practice.lms.installation.faults.set(FaultPlan(rate=1, status=500, services=frozenset({"token"})))
    assert send().verdict is Verdict.RETRY
    assert posted(practice) == 0


@on_sqlite
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/item", "https://10.0.0.1/item", "http://lms.example/item"]
)
def test_an_address_that_cannot_or_must_not_be_called_is_tried_again_later(
    send: Send, database: Session, address: str
) -> None:
    database.execute(update(ResourceLink).values(line_item_url=address))
    database.commit()
    assert send().verdict is Verdict.RETRY


@on_sqlite
def test_somebody_who_cannot_be_graded_is_a_dead_letter_with_the_lms_s_words(
    send: Send, database: Session
) -> None:
    database.execute(update(Placement).values(subject="nobody"))
    database.commit()
    outcome = send()
    assert outcome.verdict is Verdict.DEAD
    assert outcome.answer


def test_what_is_for_a_suspended_deployment_waits(
    browser: Browser, database: Session, send: Send, clock: Clock
) -> None:
    database.execute(update(Deployment).values(status="suspended"))
    database.commit()
    waiting = send()
    assert (waiting.verdict, waiting.after) == (Verdict.RETRY, timedelta(hours=6))
    with browser.practice.lms.installation.store.reading() as memory:
        assert not memory.posted
    database.execute(update(Deployment).values(status="active"))
    database.commit()
    assert send(clock() + timedelta(seconds=2)).verdict is Verdict.DELIVERED
