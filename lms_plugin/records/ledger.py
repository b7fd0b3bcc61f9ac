"""Appends evidence; there is no other way to write it, and none to change or delete it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.people.learner import Learner
from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.chain import BEGINNING, row_hash
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact


class EvidenceConflict(Refusal):
    """A fact with this key was told before, with other content."""

    code = "evidence_conflict"
    status = 409


class UnknownLearner(Refusal):
    """A fact is about somebody we do not have."""

    code = "unknown_learner"
    status = 404


def append(database: Session, fact: Fact, now: datetime) -> tuple[Evidence, bool]:
    """The row that holds the fact, and whether it is new; inside the caller's `writing`.

    The same key with the same content is the same fact told again, and the first telling stays, with its
    instant, source and placement. Raises EvidenceConflict when the content differs, UnknownLearner,
    NotCanonical.
    """
    lock_learners(database, [fact.learner_id])
    payload = canonical_json(fact.payload)
    known = database.scalar(
        select(Evidence).where(Evidence.learner_id == fact.learner_id, Evidence.key == fact.key)
    )
    if known is not None:
        _require_same(known, fact, payload)
        return known, False
    row = _next_row(fact, payload, _newest(database, fact.learner_id), now)
    database.add(row)
    database.flush()
    return row, True


def lock_learners(database: Session, learner_ids: Iterable[UUID]) -> None:
    """Lets nobody else append for these learners until the transaction ends; others do not wait.

    Whoever writes for several locks them all first: always in the same order, so that no two wait for each
    other. Raises UnknownLearner. SQLite has one writer at a time anyway.
    """
    wanted = sorted(set(learner_ids))
    # NO KEY UPDATE: rows that merely refer to the learner may be inserted meanwhile.
    rows = select(Learner.id).where(Learner.id.in_(wanted)).order_by(Learner.id)
    found = database.scalars(rows.with_for_update(key_share=True)).all()
    if len(found) < len(wanted):
        raise UnknownLearner


def _newest(database: Session, learner_id: UUID) -> Evidence | None:
    newest = (
        select(Evidence).where(Evidence.learner_id == learner_id).order_by(Evidence.sequence.desc()).limit(1)
    )
    return database.scalar(newest)


def _require_same(known: Evidence, fact: Fact, payload: str) -> None:
    told = (fact.kind, fact.programme_id, fact.activity_id, payload)
    if (known.kind, known.programme_id, known.activity_id, known.payload) != told:
        raise EvidenceConflict(f"{fact.kind} of {fact.programme_id}/{fact.activity_id}")


def _next_row(fact: Fact, payload: str, newest: Evidence | None, now: datetime) -> Evidence:
    row = Evidence(
        id=uuid4(),
        learner_id=fact.learner_id,
        sequence=newest.sequence + 1 if newest else 1,
        key=fact.key,
        kind=str(fact.kind),
        programme_id=fact.programme_id,
        activity_id=fact.activity_id,
        placement_id=fact.placement_id,
        source=fact.source,
        payload=payload,
        occurred_at=fact.occurred_at,
        recorded_at=now,
        previous_hash=newest.hash if newest else BEGINNING,
    )
    row.hash = row_hash(row)
    return row
