"""Takes due outbox rows for a while, so that no other worker sends them at the same time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.outbox_state import WAITING


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """What is needed to send one row."""

    id: UUID
    target: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Some rows that are ours until `until`; `lease` tells ours from another worker's."""

    lease: UUID
    until: datetime
    items: tuple[ClaimedItem, ...]


def is_anything_due(database: Session, targets: Collection[str], now: datetime) -> bool:
    """Whether a claim would find something; reads only, so that an idle worker never takes the write lock."""
    return database.scalar(_due(targets, now).limit(1)) is not None


def claim(
    database: Session, targets: Collection[str], now: datetime, *, lease: timedelta, limit: int
) -> Claim:
    """Leases up to `limit` due rows, one of each lane and in its order; inside the caller's `writing`.

    Rows whose lease ran out (a worker was killed) are due again. A row waits while an earlier one of its
    lane is waiting, so scores reach a placement in the order in which they came to be.
    """
    due = _due(targets, now).order_by(OutboxItem.due_at, OutboxItem.id).limit(limit)
    # SKIP LOCKED (PostgreSQL): a worker never waits for rows that another is just claiming.
    ids = database.scalars(due.with_for_update(skip_locked=True)).all()
    ours, until = uuid4(), now + lease
    database.execute(update(OutboxItem).where(OutboxItem.id.in_(ids)).values(lease=ours, leased_until=until))
    columns = (OutboxItem.id, OutboxItem.target, OutboxItem.payload, OutboxItem.attempts)
    rows = {row.id: row for row in database.execute(select(*columns).where(OutboxItem.id.in_(ids)))}
    return Claim(ours, until, tuple(ClaimedItem(*rows[one]) for one in ids))


def _due(targets: Collection[str], now: datetime) -> Select[UUID]:
    earlier = aliased(OutboxItem)
    before_it = exists().where(
        earlier.lane == OutboxItem.lane,
        earlier.target == OutboxItem.target,
        earlier.status == WAITING,
        earlier.position < OutboxItem.position,
    )
    return select(OutboxItem.id).where(
        OutboxItem.status == WAITING,
        OutboxItem.target.in_(targets),
        OutboxItem.due_at <= now,
        or_(OutboxItem.leased_until.is_(None), OutboxItem.leased_until < now),
        ~before_it,
    )
