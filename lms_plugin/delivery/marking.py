"""Writes down what became of attempts; the state of an outbox row follows from all its attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from lms_plugin.delivery.backoff import LAST_ATTEMPT, Draw, delay
from lms_plugin.delivery.claim import ClaimedItem
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.records.outbox import DeliveryAttempt
from lms_plugin.records.outbox_state import add_attempts, release

LONGEST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """One row that came back, and when."""

    item: ClaimedItem
    outcome: Outcome
    at: datetime


def mark_all(database: Session, sent: Sequence[Sent], lease: UUID, draw: Draw) -> list[Verdict]:
    """Keeps the attempts, sets when the next are due, ends the leases; inside the caller's `writing`.

    Returns the verdicts as kept: a retry that was the last becomes dead.
    """
    verdicts = [_verdict(one) for one in sent]
    attempts = [_attempt(one, verdict, draw) for one, verdict in zip(sent, verdicts, strict=True)]
    add_attempts(database, attempts)
    release(database, lease, [one.item.id for one in sent])
    return verdicts


def _verdict(sent: Sent) -> Verdict:
    verdict = sent.outcome.verdict
    last = verdict is Verdict.RETRY and sent.item.attempts + 1 >= LAST_ATTEMPT
    return Verdict.DEAD if last else verdict


def _attempt(sent: Sent, verdict: Verdict, draw: Draw) -> DeliveryAttempt:
    outcome = sent.outcome
    again = sent.at + delay(sent.item.attempts + 1, draw, outcome.after) if verdict is Verdict.RETRY else None
    return DeliveryAttempt(
        id=uuid4(),
        outbox_id=sent.item.id,
        at=sent.at,
        outcome=str(verdict),
        http_status=outcome.http_status,
        answer=outcome.answer.replace("\x00", "")[:LONGEST_ANSWER],  # PostgreSQL keeps no NUL in texts
        retry_at=again,
    )
