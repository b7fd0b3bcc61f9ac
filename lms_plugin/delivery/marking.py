"""Writes down what became of an attempt; the state of the outbox row follows from all its attempts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.delivery.backoff import LAST_ATTEMPT, Draw, delay
from lms_plugin.delivery.claim import ClaimedItem
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.errors import Refusal
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import DEAD, REQUEUED, add_attempt, release

LONGEST_ANSWER = 2000


class NotDead(Refusal):
    """Only what is dead can be put back."""

    code = "not_dead"
    status = 409


def mark(
    database: Session, item: ClaimedItem, lease: UUID, outcome: Outcome, *, now: datetime, draw: Draw
) -> Verdict:
    """Keeps the attempt, sets when the next is due, ends the lease; inside the caller's `writing`.

    Returns the verdict as kept: a retry that was the last becomes dead.
    """
    verdict = outcome.verdict
    if verdict is Verdict.RETRY and item.attempts + 1 >= LAST_ATTEMPT:
        verdict = Verdict.DEAD
    again = now + delay(item.attempts + 1, draw, outcome.after) if verdict is Verdict.RETRY else None
    attempt = DeliveryAttempt(
        id=uuid4(),
        outbox_id=item.id,
        at=now,
        outcome=str(verdict),
        http_status=outcome.http_status,
        answer=outcome.answer.replace("\x00", "")[:LONGEST_ANSWER],  # PostgreSQL keeps no NUL in texts
        retry_at=again,
    )
    add_attempt(database, attempt)
    release(database, lease, [item.id])
    return verdict


def requeue(database: Session, item_id: UUID, now: datetime) -> None:
    """Puts a dead row back, due at once, counted afresh; inside the caller's `writing`. Raises NotDead."""
    status = database.scalar(select(OutboxItem.status).where(OutboxItem.id == item_id).with_for_update())
    if status != DEAD:
        raise NotDead(f"{item_id} is {status or 'not in the outbox'}")
    add_attempt(database, DeliveryAttempt(id=uuid4(), outbox_id=item_id, at=now, outcome=REQUEUED))
