"""What became of a learner's score at their LMS, for the pages that say it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.delivery.destinations import AGS
from lms_plugin.delivery.resending import may_ask
from lms_plugin.lti.platform import Placement, ResourceLink
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem


@dataclass(frozen=True, slots=True)
class ScoreNews:
    """The newest score: `status` of its row, when it arrived, when it is tried next, and what was said last.

    `next_at` is empty when it goes out as soon as there is room; `may_ask` whether the learner may have it
    sent again.
    """

    item_id: UUID
    status: str
    attempts: int
    delivered_at: datetime | None
    next_at: datetime | None
    http_status: int | None
    may_ask: bool


def score_news(
    database: Session,
    learner_id: UUID | None,
    activity: tuple[str, str],
    now: datetime,
    placement_id: UUID | None = None,
) -> ScoreNews | None:
    """News of the score for an activity (programme and its id); None when no LMS was to be told.

    Of several links to the activity, the one that the learner came by (`placement_id`) comes first.
    """
    if learner_id is None:
        return None
    lanes = _lanes(database, learner_id, activity)
    own = [placement_id] if placement_id in lanes else []
    item = _newest(database, own) or _newest(database, lanes)
    return None if item is None else _news(database, item, now)


def own_score(database: Session, learner_id: UUID, item_id: UUID) -> OutboxItem | None:
    """A score of this learner by its id, and none of anybody else's."""
    own = select(Placement.id).where(Placement.learner_id == learner_id)
    question = select(OutboxItem).where(OutboxItem.id == item_id, OutboxItem.target == AGS)
    return database.scalar(question.where(OutboxItem.lane.in_(own)))


def _lanes(database: Session, learner_id: UUID, activity: tuple[str, str]) -> list[UUID]:
    programme_id, activity_id = activity
    links = select(Placement.id).join(ResourceLink).where(Placement.learner_id == learner_id)
    to_it = (ResourceLink.programme_id == programme_id, ResourceLink.activity_id == activity_id)
    return list(database.scalars(links.where(*to_it)))


def _newest(database: Session, lanes: list[UUID]) -> OutboxItem | None:
    scores = select(OutboxItem).where(OutboxItem.target == AGS, OutboxItem.lane.in_(lanes))
    newest = scores.order_by(OutboxItem.created_at.desc(), OutboxItem.position.desc()).limit(1)
    return database.scalar(newest) if lanes else None


def _news(database: Session, item: OutboxItem, now: datetime) -> ScoreNews:
    attempts = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == item.id)
    last = database.scalar(attempts.order_by(DeliveryAttempt.at.desc(), DeliveryAttempt.id).limit(1))
    arrived = item.status == "delivered" and last is not None
    return ScoreNews(
        item_id=item.id,
        status=item.status,
        attempts=item.attempts,
        delivered_at=last.at if arrived and last else None,
        next_at=item.due_at if item.due_at > now else None,
        http_status=last.http_status if last else None,
        may_ask=may_ask(database, item, now),
    )
