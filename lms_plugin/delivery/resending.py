"""Another try because somebody asked, or because the LMS has a column by now."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.destinations import AGS
from lms_plugin.errors import Refusal
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import DEAD, NOT_WANTED, REQUEUED, WAITING, add_attempt

LONG_WAITING = timedelta(minutes=10)
ASKED_AGAIN_AFTER = timedelta(minutes=10)
MOST_ASKED_A_DAY = 6


class NotDead(Refusal):
    """Only what has stopped, or waits for long, can be put back."""

    code = "not_dead"
    status = 409


class AskedTooOften(Refusal):
    """A learner has asked for this score already, a moment ago or often today."""

    code = "resent_too_often"
    status = 429


def requeue(database: Session, item_id: UUID, now: datetime, *, waiting: bool = False) -> None:
    """Puts a dead or unwanted row back, due at once, counted afresh; with `waiting` one that waits, too.

    Inside the caller's `writing`. Raises NotDead.
    """
    status = database.scalar(select(OutboxItem.status).where(OutboxItem.id == item_id).with_for_update())
    if status not in ({DEAD, NOT_WANTED, WAITING} if waiting else {DEAD, NOT_WANTED}):
        raise NotDead(f"{item_id} is {status or 'not in the outbox'}")
    newest = select(func.max(DeliveryAttempt.at)).where(DeliveryAttempt.outbox_id == item_id)
    last = database.scalar(newest)
    # The worker's clock may be ahead of ours, and the state follows from the attempts in order of time.
    at = now if last is None else max(now, last + timedelta(milliseconds=1))
    add_attempt(database, DeliveryAttempt(id=uuid4(), outbox_id=item_id, at=at, outcome=REQUEUED))


def may_ask(database: Session, item: OutboxItem, now: datetime) -> bool:
    """Whether its learner may ask for it: refused, or waiting for long, and not asked for too often."""
    return _is_stuck(item, now) and not _asked_too_often(database, item.id, now)


def ask_again(database: Session, item_id: UUID, now: datetime) -> None:
    """A learner's own wish to have a score sent again; inside the caller's `writing`.

    Whose it is the caller has checked. Raises NotDead, AskedTooOften.
    """
    item = database.get(OutboxItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or not _is_stuck(item, now):
        raise NotDead(str(item_id))
    if _asked_too_often(database, item_id, now):
        raise AskedTooOften(str(item_id))
    requeue(database, item_id, now, waiting=True)


def _is_stuck(item: OutboxItem, now: datetime) -> bool:
    waits_long = item.status == WAITING and item.created_at <= now - LONG_WAITING and item.due_at > now
    return item.status == DEAD or waits_long


def _asked_too_often(database: Session, item_id: UUID, now: datetime) -> bool:
    asked = select(func.count(), func.max(DeliveryAttempt.at)).where(
        DeliveryAttempt.outbox_id == item_id,
        DeliveryAttempt.outcome == REQUEUED,
        DeliveryAttempt.at > now - timedelta(days=1),
    )
    times, last = database.execute(asked).one()
    return times >= MOST_ASKED_A_DAY or (last is not None and last > now - ASKED_AGAIN_AFTER)


def newest_score(database: Session, placement_id: UUID) -> OutboxItem | None:
    """The newest score of a placement: the only one that is ever sent."""
    lane = select(OutboxItem).where(OutboxItem.lane == placement_id, OutboxItem.target == AGS)
    return database.scalar(lane.order_by(OutboxItem.position.desc()).limit(1))


def reopen(database: Session, placement_id: UUID, now: datetime) -> None:
    """Puts the newest score back that nobody wanted, now that the LMS has a column; inside `writing`."""
    newest = newest_score(database, placement_id)
    if newest is not None and newest.status == NOT_WANTED:
        requeue(database, newest.id, now)
