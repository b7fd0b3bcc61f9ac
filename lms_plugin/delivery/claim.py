"""Takes due scores of one destination for a while, so that no other worker sends them too.

Nothing is taken from a lane of which something is on its way. Of each lane only the newest score goes, and
the earlier ones that were waiting are written off as superseded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms_plugin.delivery.destinations import AGS
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import SUPERSEDED, WAITING, add_attempts

# Superseded rows that are looked through for each claim, beside those that are sent.
STALE_ROOM = 50

Rows = Select[UUID, UUID, bool]  # id, lane, stale


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """What is needed to send one row."""

    id: UUID
    target: str
    payload: str
    attempts: int
    destination: UUID


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that are ours for a while, and how many were written off meanwhile."""

    items: tuple[ClaimedItem, ...]
    superseded: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose the rows are, and until when."""

    id: UUID
    until: datetime


def claim(database: Session, destination: UUID, now: datetime, *, lease: Lease, limit: int) -> Claim:
    """Leases up to `limit` due scores, at most one of each lane; inside the caller's `writing`.

    Rows whose lease ran out (a worker was killed) are due again.
    """
    if not _alone(database, destination):
        return Claim(())
    ordered = _due(destination, now).order_by(OutboxItem.due_at, OutboxItem.id).limit(limit + STALE_ROOM)
    # SKIP LOCKED (PostgreSQL): rows that another worker is just marking are not waited for.
    rows = database.execute(ordered.with_for_update(of=OutboxItem, skip_locked=True)).all()
    stale = [row.id for row in rows if row.stale]
    _supersede(database, stale, now)
    return Claim(_take(database, _one_of_each_lane(rows)[:limit], lease, destination), len(stale))


def extend(database: Session, lease: Lease) -> None:
    """Holds on to all rows that are still on their way; inside the caller's `writing`."""
    database.execute(
        update(OutboxItem)
        .where(OutboxItem.lease == lease.id)
        .values(leased_until=lease.until)
        .execution_options(synchronize_session=False)
    )


def _alone(database: Session, destination: UUID) -> bool:
    """Whether no other worker is claiming for this destination; two at once could take one lane twice.

    On SQLite there is one writer at a time anyway.
    """
    if database.get_bind().dialect.name != "postgresql":
        return True
    key = int.from_bytes(destination.bytes[:8], "big", signed=True)
    return bool(database.scalar(select(func.pg_try_advisory_xact_lock(key))))


def _due(destination: UUID, now: datetime) -> Rows:
    """Rows that may go now; `stale` when the lane has a newer one, whatever became of that."""
    other = aliased(OutboxItem)
    same_lane = (other.lane == OutboxItem.lane, other.target == AGS)
    # A score is born a moment ahead of the clock when two follow each other within a second.
    newer = exists().where(*same_lane, other.position > OutboxItem.position, other.created_at <= now)
    on_its_way = exists().where(*same_lane, other.leased_until >= now)
    return select(OutboxItem.id, OutboxItem.lane, newer.label("stale")).where(
        OutboxItem.target == AGS,
        OutboxItem.status == WAITING,
        OutboxItem.destination == destination,
        OutboxItem.due_at <= now,
        or_(OutboxItem.leased_until.is_(None), OutboxItem.leased_until < now),
        ~on_its_way,
    )


def _one_of_each_lane(rows: Sequence[Row[UUID, UUID, bool]]) -> list[UUID]:
    lanes: dict[UUID, UUID] = {}
    for row in rows:
        if not row.stale:
            lanes.setdefault(row.lane, row.id)
    return list(lanes.values())


def _supersede(database: Session, ids: list[UUID], now: datetime) -> None:
    if ids:
        attempts = [DeliveryAttempt(id=uuid4(), outbox_id=one, at=now, outcome=SUPERSEDED) for one in ids]
        add_attempts(database, attempts)


def _take(database: Session, ids: list[UUID], lease: Lease, destination: UUID) -> tuple[ClaimedItem, ...]:
    if not ids:
        return ()
    ours = update(OutboxItem).where(OutboxItem.id.in_(ids))
    leased = ours.values(lease=lease.id, leased_until=lease.until)
    database.execute(leased.execution_options(synchronize_session=False))
    columns = (OutboxItem.id, OutboxItem.target, OutboxItem.payload, OutboxItem.attempts)
    found = {row.id: row for row in database.execute(select(*columns).where(OutboxItem.id.in_(ids)))}
    return tuple(ClaimedItem(*found[one], destination) for one in ids)
