"""Evidence, completions, statements and outbox rows, as the recorder would leave them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Placement
from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.ledger import append
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_store import store_statement
from tests.factories.people import MOMENT


def make_evidence(
    database: Session,
    learner: Learner,
    kind: Kind = Kind.LESSON_READ,
    activity_id: str = "m1-l1",
    payload: dict[str, Any] | None = None,
    at: datetime = MOMENT,
) -> Evidence:
    """One more row of the learner's chain, appended as the ledger does it."""
    fact = Fact(
        learner_id=learner.id,
        key=f"{kind}/{uuid4()}",
        kind=kind,
        programme_id="co-alizione",
        activity_id=activity_id,
        source="module player",
        payload=payload or {},
        occurred_at=at,
    )
    return append(database, fact, at + timedelta(seconds=2))[0]


def make_completion(
    database: Session,
    learner: Learner,
    *,
    activity_id: str = "m1",
    activity_kind: str = "module",
    outcome: str = "completed",
    programme_id: str = "co-alizione",
    score_percent: int | None = 80,
    duration_seconds: int | None = None,
    evidence: Sequence[Evidence] = (),
    placement: Placement | None = None,
    completed_at: datetime = MOMENT,
) -> Completion:
    """A completion; `statement_id` is of a statement that is not there until `make_statement`."""
    completion = Completion(
        id=uuid4(),
        learner_id=learner.id,
        programme_id=programme_id,
        activity_id=activity_id,
        activity_kind=activity_kind,
        outcome=outcome,
        score_percent=score_percent,
        duration_seconds=duration_seconds,
        rule_version=1,
        evidence_ids=[str(row.id) for row in evidence],
        placement_id=placement.id if placement else None,
        statement_id=uuid4(),
        completed_at=completed_at,
        decided_at=completed_at + timedelta(seconds=2),
    )
    database.add(completion)
    database.flush()
    return completion


def make_statement(database: Session, completion: Completion, learner: Learner) -> Statement:
    """The statement of a completion, in outline."""
    body = {
        "id": str(completion.statement_id),
        "timestamp": completion.completed_at.isoformat(),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": learner.home_page, "name": learner.account_name},
        },
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://formazione.example/xapi/activities/co-alizione/{completion.activity_id}"},
    }
    authority = {"objectType": "Agent", "account": {"homePage": "https://formazione.example", "name": "us"}}
    store_statement(database, body, authority=authority, origin="own", stored=completion.decided_at)
    return database.get_one(Statement, completion.statement_id)


def make_outbox_item(
    database: Session, completion: Completion, target: str = "ags", status: str = "waiting"
) -> OutboxItem:
    """Something to deliver about a completion."""
    item = OutboxItem(
        id=uuid4(),
        target=target,
        lane=completion.placement_id or completion.learner_id,
        completion_id=completion.id,
        payload="{}",
        created_at=completion.decided_at,
        status=status,
        due_at=completion.decided_at,
    )
    database.add(item)
    database.flush()
    return item


def make_attempt(
    database: Session,
    outbox_id: UUID,
    outcome: str = "delivered",
    http_status: int | None = 200,
    answer: str = "",
    at: datetime = MOMENT,
) -> DeliveryAttempt:
    """What the other side answered."""
    attempt = DeliveryAttempt(
        outbox_id=outbox_id, outcome=outcome, http_status=http_status, answer=answer, at=at
    )
    database.add(attempt)
    database.flush()
    return attempt
