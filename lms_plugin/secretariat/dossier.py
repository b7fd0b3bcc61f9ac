"""One record down to its proof: statement, deliveries, evidence, and whether the chain holds."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.canonical import canonical_instant
from lms_plugin.records.chain import BEGINNING, break_in
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.statement import Statement
from lms_plugin.secretariat.queries import Record

MOST_IDS = 500  # ids in one IN (…): both databases take at least 999
CHUNK = 500
MOST_OTHERS = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that must reach another system, and what that system last said."""

    item: OutboxItem
    last: DeliveryAttempt | None


@dataclass(frozen=True, slots=True)
class ChainState:
    """Whether the learner's evidence, from the first row to `through`, is as it was written."""

    through: int
    broken_at: int | None = None

    @property
    def holds(self) -> bool:
        """No row up to there is missing or changed."""
        return self.broken_at is None


def evidence_of(database: Session, record_id: UUID) -> tuple[list[Evidence], list[str]]:
    """The evidence that a completion names, in the order of the chain, and the ids that are not there."""
    completion = database.get_one(Completion, record_id)
    found: list[Evidence] = []
    ids = completion.evidence_ids
    for start in range(0, len(ids), MOST_IDS):
        wanted = [UUID(text) for text in ids[start : start + MOST_IDS]]
        rows = select(Evidence).where(Evidence.id.in_(wanted), Evidence.learner_id == completion.learner_id)
        found += database.scalars(rows)
    there = {str(row.id) for row in found}
    return sorted(found, key=lambda row: row.sequence), [text for text in ids if text not in there]


def other_facts(database: Session, record: Record, used: Iterable[Evidence]) -> list[Evidence]:
    """What else was written about the same activity until the record was decided, in the order of the chain.

    For a webinar these are the joins and leaves behind its attendance; the first MOST_OTHERS of them.
    """
    rows = (
        select(Evidence)
        .where(Evidence.learner_id == record.learner_id, Evidence.programme_id == record.programme_id)
        .where(Evidence.activity_id == record.activity_id, Evidence.recorded_at <= record.decided_at)
        .where(Evidence.id.not_in([row.id for row in used][:MOST_IDS]))
        .order_by(Evidence.sequence)
        .limit(MOST_OTHERS)
    )
    return list(database.scalars(rows))


def chain_state(database: Session, learner_id: UUID, through: int) -> ChainState:
    """Walks the learner's chain from its first row to number `through`, a few rows at a time."""
    rows = (
        select(Evidence)
        .where(Evidence.learner_id == learner_id, Evidence.sequence <= through)
        .order_by(Evidence.sequence)
        .execution_options(yield_per=CHUNK)
    )
    with database.scalars(rows) as found:
        return walk(found, through)


def walk(rows: Iterable[Evidence], through: int) -> ChainState:
    """The state of a chain whose rows are given in order."""
    sequence, previous = 0, BEGINNING
    for row in rows:
        sequence += 1
        if break_in(row, sequence, previous):
            return ChainState(through, sequence)
        previous = row.hash
    return ChainState(through, None if sequence == through else sequence + 1)


def statement_of(database: Session, statement_id: UUID) -> Statement | None:
    """The statement as our LRS holds it."""
    return database.get(Statement, statement_id)


def deliveries_of(database: Session, record_id: UUID) -> list[Delivery]:
    """What must be delivered about a completion."""
    items = database.scalars(
        select(OutboxItem)
        .where(OutboxItem.completion_id == record_id)
        .order_by(OutboxItem.created_at, OutboxItem.target, OutboxItem.id)
    ).all()
    return [Delivery(item, _last_attempt(database, item.id)) for item in items]


def _last_attempt(database: Session, outbox_id: UUID) -> DeliveryAttempt | None:
    attempts = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == outbox_id)
    return database.scalar(attempts.order_by(DeliveryAttempt.at.desc(), DeliveryAttempt.id).limit(1))


def pretty(text: str) -> str:
    """JSON text with line breaks for people; the text itself when it is no JSON."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def evidence_as_json(rows: Iterable[Evidence]) -> Iterator[dict[str, Any]]:
    """Each row with every member that its hash covers; `payload` stays the text that was hashed."""
    for row in rows:
        yield {
            "id": str(row.id),
            "learner_id": str(row.learner_id),
            "sequence": row.sequence,
            "key": row.key,
            "kind": row.kind,
            "programme_id": row.programme_id,
            "activity_id": row.activity_id,
            "placement_id": str(row.placement_id) if row.placement_id else None,
            "source": row.source,
            "payload": row.payload,
            "occurred_at": canonical_instant(row.occurred_at),
            "recorded_at": canonical_instant(row.recorded_at),
            "previous_hash": row.previous_hash,
            "hash": row.hash,
        }
