"""Writes down what a target answered: the cursor moves on, letters go or stay, or it is left alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.backoff import Draw, delay
from lms_plugin.delivery.forwarding.leasing import Hold, locked_target
from lms_plugin.delivery.forwarding.posting import Meaning, Reply
from lms_plugin.delivery.forwarding.selection import Batch, cursor_of
from lms_plugin.delivery.forwarding.stride import (
    Stride,
    accepted,
    conflicting,
    refused,
    set_aside,
    too_large,
)
from lms_plugin.delivery.forwarding.tables import (
    ACTIVE,
    BY_REFUSAL,
    BY_REJECTION,
    DEAD,
    PAUSED,
    ForwardingLetter,
    ForwardingTarget,
)

# A target that is back is asked again within this time, whatever it did before.
LONGEST_WAIT = timedelta(minutes=5)
# Rejected one after the other without one accepted: then the target is at fault, not the statements.
MOST_REJECTED = 20
SHRINK: dict[Meaning, Callable[[int], Stride]] = {
    Meaning.REJECTED: refused,
    Meaning.TOO_LARGE: too_large,
    Meaning.CONFLICT: conflicting,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a batch; `goes_on` when the next may follow at once."""

    goes_on: bool
    stored: int = 0
    dead: int = 0


def settle(
    database: Session,
    hold: Hold,
    batch: Batch,
    reply: Reply | None,
    now: datetime,
    *,
    draw: Draw,
    until: datetime,
) -> Settled:
    """Takes the answer to a batch in, inside the caller's `writing`; no `reply` when nothing was to be sent.

    The lease is renewed until `until`. Whoever lost it meanwhile changes nothing: another has sent the same.
    """
    target = locked_target(database, hold.target_id)
    if target is None or target.lease != hold.lease:
        return Settled(goes_on=False)
    target.leased_until = until
    if reply is None:
        _move(target, batch)
        return Settled(goes_on=target.status == ACTIVE)
    if reply.meaning is Meaning.UNSENDABLE:
        _keep_and_move(database, target, batch, reply, now)
        return Settled(goes_on=target.status == ACTIVE, dead=1)
    target.last_answer_at, target.last_status, target.last_answer = now, reply.status, reply.words
    settled = _by_meaning(database, target, batch, reply, now, draw)
    return Settled(settled.goes_on and target.status == ACTIVE, settled.stored, settled.dead)


def _by_meaning(
    database: Session, target: ForwardingTarget, batch: Batch, reply: Reply, now: datetime, draw: Draw
) -> Settled:
    number = len(batch.items)
    if reply.meaning is Meaning.LATER:
        return _leave_alone(target, reply, now, draw)
    target.failures, target.failing_since = 0, None
    if reply.meaning is Meaning.FORBIDDEN:
        return _pause(target, BY_REFUSAL, now)
    if reply.meaning is Meaning.STORED or (reply.meaning is Meaning.CONFLICT and number == 1):
        return _accept(database, target, batch, now)
    if number > 1:
        _stride(target, SHRINK[reply.meaning](number))
        return Settled(goes_on=True)
    return _put_aside(database, target, batch, reply, now)


def _accept(database: Session, target: ForwardingTarget, batch: Batch, now: datetime) -> Settled:
    number = len(batch.items)
    target.delivered += number
    target.last_delivery_at = now
    target.rejected_in_a_row = 0
    _stride(target, accepted(Stride(target.at_once, target.suspects), number))
    _done_with_letters(database, target, batch)
    _move(target, batch)
    return Settled(goes_on=True, stored=number)


def _put_aside(
    database: Session, target: ForwardingTarget, batch: Batch, reply: Reply, now: datetime
) -> Settled:
    _keep_and_move(database, target, batch, reply, now)
    _stride(target, set_aside(Stride(target.at_once, target.suspects)))
    target.rejected_in_a_row += 1
    if target.rejected_in_a_row >= MOST_REJECTED:
        _pause(target, BY_REJECTION, now)
    return Settled(goes_on=True, dead=1)


def _keep_and_move(
    database: Session, target: ForwardingTarget, batch: Batch, reply: Reply, now: datetime
) -> None:
    """Keeps the one statement with the answer why it did not go, and goes past it."""
    item = batch.items[0]
    same = (ForwardingLetter.target_id == target.id, ForwardingLetter.statement_id == item.id)
    letter = database.scalar(select(ForwardingLetter).where(*same))
    if letter is None:
        letter = ForwardingLetter(target_id=target.id, statement_id=item.id, stored=item.stored)
        database.add(letter)
    letter.status, letter.at, letter.http_status, letter.answer = DEAD, now, reply.status, reply.words
    database.flush()
    _move(target, batch)


def _leave_alone(target: ForwardingTarget, reply: Reply, now: datetime, draw: Draw) -> Settled:
    target.failures += 1
    target.failing_since = target.failing_since or now
    own = min(delay(target.failures, draw), LONGEST_WAIT)
    target.due_at = now + max(own, reply.wait or timedelta())
    return Settled(goes_on=False)


def _pause(target: ForwardingTarget, by: str, now: datetime) -> Settled:
    if target.status == ACTIVE:
        target.status, target.paused_by, target.status_at = PAUSED, by, now
    return Settled(goes_on=False)


def _stride(target: ForwardingTarget, stride: Stride) -> None:
    target.at_once, target.suspects = stride.at_once, stride.suspects


def _move(target: ForwardingTarget, batch: Batch) -> None:
    """The cursor goes on, unless somebody has set it back meanwhile; letters are beside it."""
    if not batch.are_letters and cursor_of(target) == batch.after:
        target.cursor_stored, target.cursor_id = batch.end


def _done_with_letters(database: Session, target: ForwardingTarget, batch: Batch) -> None:
    """Also with those about statements that came by once more, after the cursor was set back."""
    arrived = [item.id for item in batch.items]
    done = (ForwardingLetter.target_id == target.id, ForwardingLetter.statement_id.in_(arrived))
    database.execute(delete(ForwardingLetter).where(*done))
