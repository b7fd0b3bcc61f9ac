"""Staff sign-in: one-time links are made, looked at, used up; people are suspended and let back in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.people.role import Role
from lms_plugin.people.staff import Staff, StaffInvitation

LINK_LIFE = timedelta(hours=24)
LONGEST_EMAIL = 254


class EmailWrong(Refusal):
    """What was given is not an e-mail address."""

    code = "email_wrong"


class StaffUnknown(Refusal):
    """Nobody of the staff has this e-mail address."""

    code = "staff_unknown"
    status = 404


class SignInLinkUnknown(Refusal):
    """The link was mistyped, or a newer one has taken its place."""

    code = "sign_in_link_unknown"
    status = 404


class SignInLinkUsed(Refusal):
    """The link has let somebody in already."""

    code = "sign_in_link_used"
    status = 410


class SignInLinkExpired(Refusal):
    """The link was not used in time."""

    code = "sign_in_link_expired"
    status = 410


class StaffSuspended(Refusal):
    """The person behind the link may not come in."""

    code = "staff_suspended"
    status = 403


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation did; `secret` is shown once and kept nowhere."""

    staff: Staff
    secret: str
    expires_at: datetime
    new: bool


def invite(database: Session, email: str, role: Role, now: datetime) -> Invited:
    """A new link for this address, taking the place of unused ones; lets a suspended person back in.

    Raises EmailWrong.
    """
    address = _address(email)
    staff = database.scalar(select(Staff).where(Staff.email == address))
    new = staff is None
    if staff is None:
        staff = Staff(email=address, role=role, created_at=now)
        database.add(staff)
        database.flush()
    staff.role, staff.suspended_at = role, None
    database.execute(
        delete(StaffInvitation).where(StaffInvitation.staff_id == staff.id, StaffInvitation.used_at.is_(None))
    )
    secret, expires_at = secrets.token_urlsafe(32), now + LINK_LIFE
    link = StaffInvitation(
        staff_id=staff.id, secret_hash=_hash(secret), created_at=now, expires_at=expires_at
    )
    database.add(link)
    return Invited(staff, secret, expires_at, new)


def _address(email: str) -> str:
    address = email.strip().lower()
    name, _, host = address.partition("@")
    plain = address.isprintable() and " " not in address and "@" not in host
    if not (name and "." in host.strip(".") and plain and len(address) <= LONGEST_EMAIL):
        raise EmailWrong("this is not an e-mail address: write it as name@example.it")
    return address


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def look_at_link(database: Session, secret: str, now: datetime) -> Staff:
    """Whom the link would let in, without using it; raises the refusal that says why it would not."""
    link = database.scalar(select(StaffInvitation).where(StaffInvitation.secret_hash == _hash(secret)))
    if link is None:
        raise SignInLinkUnknown
    if link.staff.suspended_at is not None:
        raise StaffSuspended
    if link.used_at is not None:
        raise SignInLinkUsed
    if now >= link.expires_at:
        raise SignInLinkExpired
    return link.staff


def use_link(database: Session, secret: str, now: datetime) -> Staff:
    """Uses the link up and returns whom it lets in; of two at the same instant one wins."""
    staff = look_at_link(database, secret, now)
    used = database.scalar(
        update(StaffInvitation)
        .where(StaffInvitation.secret_hash == _hash(secret))
        .where(StaffInvitation.used_at.is_(None), StaffInvitation.expires_at > now)
        .values(used_at=now)
        .returning(StaffInvitation.id)
    )
    if used is None:  # somebody was quicker, between the look and the update
        raise SignInLinkUsed
    return staff


def suspend(database: Session, email: str, now: datetime) -> Staff:
    """Closes the door at once, open visits included; raises StaffUnknown. Doing it twice changes nothing."""
    staff = database.scalar(select(Staff).where(Staff.email == email.strip().lower()))
    if staff is None:
        raise StaffUnknown("nobody of the staff has this address: see `coalizione staff list`")
    if staff.suspended_at is None:
        staff.suspended_at = now
    return staff


def everyone(database: Session) -> list[Staff]:
    """The staff by e-mail, suspended people included."""
    return list(database.scalars(select(Staff).order_by(Staff.email)))
