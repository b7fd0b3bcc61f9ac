"""Whether a result reached the learner's LMS, as far as the outbox knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.completion import Completion
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem


@dataclass(frozen=True, slots=True)
class GradeDelivery:
    """The newest score on its way to the LMS: `status` of its outbox row, and when it arrived."""

    status: str
    delivered_at: datetime | None


def grade_delivery(database: Session, completions: Iterable[Completion]) -> GradeDelivery | None:
    """The newest score about any of these completions; None when the LMS asked for none."""
    ids: list[UUID] = [one.id for one in completions]
    scores = select(OutboxItem).where(OutboxItem.target == "ags", OutboxItem.completion_id.in_(ids))
    newest = database.scalar(
        scores.order_by(OutboxItem.created_at.desc(), OutboxItem.position.desc()).limit(1)
    )
    if newest is None:
        return None
    arrival = select(DeliveryAttempt.at).where(
        DeliveryAttempt.outbox_id == newest.id, DeliveryAttempt.outcome == "delivered"
    )
    return GradeDelivery(newest.status, database.scalar(arrival.order_by(DeliveryAttempt.at.desc()).limit(1)))
