"""The state of an outbox row, as its delivery attempts tell it; the worker and replay both ask here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem

WAITING = "waiting"
DEAD = "dead"
RETRY = "retry"
REQUEUED = "requeued"
SUPERSEDED = "superseded"
NOT_WANTED = "not_wanted"
FINAL = frozenset({"delivered", SUPERSEDED})
TABLE = cast("Table", OutboxItem.__table__)
STOPPED = frozenset({DEAD, NOT_WANTED})  # until a person, or the LMS, asks again


@dataclass(frozen=True, slots=True)
class State:
    """`attempts` counts those since the row was last put back by a person: back-off grows with it."""

    status: str
    attempts: int
    due_at: datetime


def state_after(created_at: datetime, attempts: Iterable[DeliveryAttempt]) -> State:
    """The state after these attempts, in any order. What was delivered or superseded once stays so."""
    state = State(WAITING, 0, created_at)
    for attempt in sorted(attempts, key=lambda one: (one.at, one.id)):
        if attempt.outcome in FINAL:
            return State(attempt.outcome, state.attempts + 1, state.due_at)
        if attempt.outcome == REQUEUED:
            state = State(WAITING, 0, attempt.at)
        elif attempt.outcome in STOPPED:
            state = State(attempt.outcome, state.attempts + 1, state.due_at)
        else:
            state = State(WAITING, state.attempts + 1, attempt.retry_at or attempt.at)
    return state


def add_attempts(database: Session, attempts: Sequence[DeliveryAttempt]) -> None:
    """Keeps the attempts and brings their outbox rows up to date; inside the caller's `writing`.

    However many they are, this is a handful of statements.
    """
    database.add_all(attempts)
    database.flush()
    ids = sorted({attempt.outbox_id for attempt in attempts})
    # When a lease has run out two workers may mark the same row: one after the other, each seeing all. In
    # the order of ids, so that neither waits for the other.
    locked = select(OutboxItem.id, OutboxItem.created_at).where(OutboxItem.id.in_(ids))
    born = database.execute(locked.order_by(OutboxItem.id).with_for_update()).all()
    by_item = _by_item(_attempts_of(database, ids))
    states = [{"row": row.id} | _columns(state_after(row.created_at, by_item[row.id])) for row in born]
    if states:
        # By the table and not the model: rows that the session holds are read anew by whoever needs them.
        database.connection().execute(update(TABLE).where(TABLE.c.id == bindparam("row")), states)


def add_attempt(database: Session, attempt: DeliveryAttempt) -> None:
    """Keeps one attempt, as `add_attempts`."""
    add_attempts(database, [attempt])


def release(database: Session, lease: UUID, ids: Sequence[UUID]) -> None:
    """Ends a lease on some rows; one that somebody else has taken since stays theirs."""
    held = (OutboxItem.lease == lease, OutboxItem.id.in_(ids))
    database.execute(update(OutboxItem).where(*held).values(lease=None, leased_until=None))


def restore_states(database: Session, items: Sequence[OutboxItem]) -> None:
    """Gives freshly derived rows the state that earlier attempts left."""
    by_item = _by_item(_attempts_of(database, [item.id for item in items]))
    for item in items:
        for name, value in _columns(state_after(item.created_at, by_item.get(item.id, ()))).items():
            setattr(item, name, value)


def _by_item(attempts: Iterable[DeliveryAttempt]) -> dict[UUID, list[DeliveryAttempt]]:
    by_item: dict[UUID, list[DeliveryAttempt]] = {}
    for attempt in attempts:
        by_item.setdefault(attempt.outbox_id, []).append(attempt)
    return by_item


def _attempts_of(database: Session, ids: Sequence[UUID]) -> Sequence[DeliveryAttempt]:
    return database.scalars(select(DeliveryAttempt).where(DeliveryAttempt.outbox_id.in_(ids))).all()


def _columns(state: State) -> dict[str, Any]:
    return {"status": state.status, "attempts": state.attempts, "due_at": state.due_at}
