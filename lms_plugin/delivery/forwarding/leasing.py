"""One sender per target at a time, however many workers there are: a lease on the target's row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.posting import Address
from lms_plugin.delivery.forwarding.sealed_secret import open_secret
from lms_plugin.delivery.forwarding.tables import ACTIVE, ForwardingTarget


@dataclass(frozen=True, slots=True)
class Hold:
    """A target that is ours to send to; `address` is None when its secret does not open."""

    target_id: UUID
    lease: UUID
    address: Address | None


def due_targets(database: Session, now: datetime, without: Collection[UUID] = ()) -> list[ForwardingTarget]:
    """Active targets that nobody is sending to and that need not be left alone."""
    free = or_(ForwardingTarget.leased_until.is_(None), ForwardingTarget.leased_until < now)
    question = select(ForwardingTarget).where(
        ForwardingTarget.status == ACTIVE, ForwardingTarget.due_at <= now, free
    )
    found = database.scalars(question.order_by(ForwardingTarget.id))
    return [target for target in found if target.id not in without]


def locked_target(database: Session, target_id: UUID) -> ForwardingTarget | None:
    """The row, nobody else's until the transaction ends."""
    return database.get(ForwardingTarget, target_id, with_for_update=True, populate_existing=True)


def take(
    database: Session, target_id: UUID, secret_key: str, now: datetime, *, lease: UUID, until: datetime
) -> Hold | None:
    """Leases the target if it is still free and due; inside the caller's `writing`."""
    target = locked_target(database, target_id)
    if target is None or target.status != ACTIVE or target.due_at > now:
        return None
    if target.leased_until is not None and target.leased_until >= now:
        return None
    target.lease, target.leased_until = lease, until
    secret = open_secret(secret_key, target.sealed_secret)
    address = None if secret is None else Address(target.url, target.version, target.key, secret)
    return Hold(target_id, lease, address)


def release(database: Session, hold: Hold) -> None:
    """Ends the lease unless somebody else has it by now; inside the caller's `writing`."""
    target = locked_target(database, hold.target_id)
    if target is not None and target.lease == hold.lease:
        target.lease = target.leased_until = None
