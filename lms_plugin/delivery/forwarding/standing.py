"""How a target stands: whether it takes what we send, how much waits, and for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.selection import after, cursor_of, selects
from lms_plugin.delivery.forwarding.tables import (
    ACTIVE,
    BY_HAND,
    BY_REFUSAL,
    BY_REJECTION,
    BY_SETTINGS,
    DEAD,
    DISCARDED,
    WAITING,
    ForwardingLetter,
    ForwardingTarget,
)
from lms_plugin.records.statement import Statement

# With the alarm looking every half minute, somebody knows well within five.
DOWN_AFTER = timedelta(minutes=2)
STUCK_AFTER = timedelta(minutes=4)
LAGGING_AFTER = timedelta(hours=1)
MOST_COUNTED = 100_000


class State(StrEnum):
    """What there is to say about a target."""

    WELL = "well"
    DOWN = "down"  # it does not answer, or not as an LRS should
    STUCK = "stuck"  # something waits, and nobody carries it
    LAGGING = "lagging"  # it takes less than there comes
    REFUSED = "refused"  # paused: it refuses our credentials
    REJECTING = "rejecting"  # paused: it rejects one statement after the other
    PAUSED = "paused"  # by hand
    UNSET = "unset"  # paused: the settings do not name it any more


PAUSES = {
    BY_HAND: State.PAUSED,
    BY_REFUSAL: State.REFUSED,
    BY_REJECTION: State.REJECTING,
    BY_SETTINGS: State.UNSET,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting` counts up to MOST_COUNTED; `oldest` is when the first that waits was stored."""

    state: State
    since: datetime
    waiting: int
    oldest: datetime | None
    dead: int


def standing_of(database: Session, target: ForwardingTarget, now: datetime) -> Standing:
    """How it stands now."""
    oldest = oldest_waiting(database, target)
    state, since = state_of(target, oldest, now)
    waiting = count_waiting(database, target) if oldest else 0
    dead = database.scalar(_count_letters(target.id, DEAD)) or 0
    return Standing(state, since, waiting, oldest, dead)


def state_of(target: ForwardingTarget, oldest: datetime | None, now: datetime) -> tuple[State, datetime]:
    """The state, and since when; `oldest` is since when the first has been waiting."""
    if target.status != ACTIVE:
        return PAUSES.get(target.paused_by, State.PAUSED), target.status_at
    if target.failing_since is not None and now - target.failing_since >= DOWN_AFTER:
        return State.DOWN, target.failing_since
    if oldest is not None:
        moved = max(oldest, target.status_at, _last_answer(target))
        if now - moved >= STUCK_AFTER:
            return State.STUCK, moved
        since = max(oldest, target.status_at)
        if now - since >= LAGGING_AFTER:
            return State.LAGGING, since
    return State.WELL, target.last_delivery_at or target.status_at


def _last_answer(target: ForwardingTarget) -> datetime:
    """When something was settled; while it fails, nothing is."""
    answered = None if target.failing_since else target.last_answer_at
    return answered or target.created_at


def oldest_waiting(database: Session, target: ForwardingTarget) -> datetime | None:
    """Since when the first statement has been waiting: it was stored then, or somebody had it sent again."""
    ahead = select(Statement.stored).where(after(cursor_of(target)), *selects(target))
    first = database.scalar(ahead.order_by(Statement.stored, Statement.id).limit(1))
    waiting = (ForwardingLetter.target_id == target.id, ForwardingLetter.status == WAITING)
    again = database.scalar(select(func.min(ForwardingLetter.at)).where(*waiting))
    return min((moment for moment in (first, again) if moment), default=None)


def count_waiting(database: Session, target: ForwardingTarget) -> int:
    """How many statements wait, counted up to MOST_COUNTED."""
    ahead = select(Statement.id).where(after(cursor_of(target)), *selects(target)).limit(MOST_COUNTED)
    number = database.scalar(select(func.count()).select_from(ahead.subquery())) or 0
    return number + (database.scalar(_count_letters(target.id, WAITING)) or 0)


def all_targets(database: Session) -> list[ForwardingTarget]:
    """Every target by name."""
    return list(database.scalars(select(ForwardingTarget).order_by(ForwardingTarget.name)))


def letters_of(database: Session, target_id: UUID, limit: int) -> list[ForwardingLetter]:
    """What was refused for good or given up, the newest first."""
    kept = ForwardingLetter.status.in_((DEAD, DISCARDED))
    rows = select(ForwardingLetter).where(ForwardingLetter.target_id == target_id, kept)
    newest = rows.order_by(ForwardingLetter.status, ForwardingLetter.at.desc(), ForwardingLetter.id)
    return list(database.scalars(newest.limit(limit)))


def _count_letters(target_id: UUID, status: str) -> Select[int]:
    return select(func.count()).where(
        ForwardingLetter.target_id == target_id, ForwardingLetter.status == status
    )


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one statement at one target: delivered, waiting, dead, discarded."""

    target: ForwardingTarget
    status: str
    letter: ForwardingLetter | None = None


def fates_of(database: Session, statement_id: UUID) -> list[Fate]:
    """What became of a statement at each target whose filter selects it."""
    found = []
    for target in all_targets(database):
        wanted = select(Statement.stored).where(Statement.id == statement_id, *selects(target))
        stored = database.scalar(wanted)
        if stored is not None:
            found.append(_fate(database, target, (stored, statement_id)))
    return found


def _fate(database: Session, target: ForwardingTarget, place: tuple[datetime, UUID]) -> Fate:
    same = ForwardingLetter.target_id == target.id, ForwardingLetter.statement_id == place[1]
    letter = database.scalar(select(ForwardingLetter).where(*same))
    if letter is not None:
        return Fate(target, letter.status, letter)
    return Fate(target, "delivered" if place <= cursor_of(target) else WAITING)
