"""The state of an outbox row, as its delivery attempts tell it; the worker and replay both ask here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem

WAITING = "waiting"
DEAD = "dead"
RETRY = "retry"
REQUEUED = "requeued"
FINAL = frozenset({"delivered", "not_wanted"})


@dataclass(frozen=True, slots=True)
class State:
    """`attempts` counts those since the row was last put back by a person: back-off grows with it."""

    status: str
    attempts: int
    due_at: datetime


def state_after(created_at: datetime, attempts: Iterable[DeliveryAttempt]) -> State:
    """The state after these attempts, in any order. What was delivered once stays delivered."""
    state = State(WAITING, 0, created_at)
    for attempt in sorted(attempts, key=lambda one: (one.at, one.id)):
        if attempt.outcome in FINAL:
            return State(attempt.outcome, state.attempts + 1, state.due_at)
        if attempt.outcome == REQUEUED:
            state = State(WAITING, 0, attempt.at)
        elif attempt.outcome == DEAD:
            state = State(DEAD, state.attempts + 1, state.due_at)
        else:
            state = State(WAITING, state.attempts + 1, attempt.retry_at or attempt.at)
    return state


def add_attempt(database: Session, attempt: DeliveryAttempt) -> State:
    """Keeps the attempt and brings its outbox row up to date; inside the caller's `writing`."""
    database.add(attempt)
    database.flush()
    item = OutboxItem.id == attempt.outbox_id
    # When a lease has run out two workers may mark the same row: one after the other, each seeing all.
    created_at = database.scalar(select(OutboxItem.created_at).where(item).with_for_update())
    state = state_after(created_at or attempt.at, _attempts_of(database, [attempt.outbox_id]))
    database.execute(update(OutboxItem).where(item).values(_columns(state)))
    return state


def release(database: Session, lease: UUID, ids: Sequence[UUID]) -> None:
    """Ends a lease on some rows; one that somebody else has taken since stays theirs."""
    held = (OutboxItem.lease == lease, OutboxItem.id.in_(ids))
    database.execute(update(OutboxItem).where(*held).values(lease=None, leased_until=None))


def restore_states(database: Session, items: Sequence[OutboxItem]) -> None:
    """Gives freshly derived rows the state that earlier attempts left."""
    by_item: dict[UUID, list[DeliveryAttempt]] = {}
    for attempt in _attempts_of(database, [item.id for item in items]):
        by_item.setdefault(attempt.outbox_id, []).append(attempt)
    for item in items:
        for name, value in _columns(state_after(item.created_at, by_item.get(item.id, ()))).items():
            setattr(item, name, value)


def _attempts_of(database: Session, ids: Sequence[UUID]) -> Sequence[DeliveryAttempt]:
    return database.scalars(select(DeliveryAttempt).where(DeliveryAttempt.outbox_id.in_(ids))).all()


def _columns(state: State) -> dict[str, Any]:
    return {"status": state.status, "attempts": state.attempts, "due_at": state.due_at}
