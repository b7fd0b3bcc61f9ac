"""One-time invitations to register an LMS: made, listed, revoked, tried, and used up by success only.

The registration address is public and each try costs us calls to an address that a stranger chose; therefore
nobody gets that far without an invitation, and one invitation pays for a bounded number of tries.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms_plugin.errors import Refusal
from lms_plugin.lti.fingerprints import fingerprint
from lms_plugin.lti.platform import Platform
from lms_plugin.storage import Base, Instant

LIFE = timedelta(days=7)
LIVES = (timedelta(minutes=5), timedelta(days=90))
LONGEST_NAME = 255
MOST_TRIES, TRIES_WINDOW = 20, timedelta(minutes=10)
# While an LMS is being asked, nobody else may ask with the same invitation: it would register us twice.
BUSY = timedelta(minutes=2)


class InvitationInvalid(Refusal):
    """What was given for a new invitation is wrong; the sentence says what to write."""

    code = "invitation_invalid"


class InvitationUnknown(Refusal):
    """No invitation has this secret or id."""

    code = "invitation_unknown"
    status = 404


class InvitationUsed(Refusal):
    """The invitation has registered an LMS already."""

    code = "invitation_used"
    status = 410


class InvitationRevoked(Refusal):
    """Somebody here has taken the invitation back."""

    code = "invitation_revoked"
    status = 410


class InvitationExpired(Refusal):
    """The invitation was not used in time."""

    code = "invitation_expired"
    status = 410


class InvitationTried(Refusal):
    """Too many tries in ten minutes."""

    code = "invitation_tried_too_often"
    status = 429


class FormOutdated(Refusal):
    """The confirmation is not the newest one shown, was sent before, or is being carried out just now."""

    code = "registration_form_outdated"
    status = 409


class RegistrationInvitation(Base):
    """A link that lets one LMS register itself; only the hash of its secret is kept."""

    __tablename__ = "registration_invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(255), default="")  # what the LMS shall be called here
    approves: Mapped[bool] = mapped_column(default=False)  # whether its registration is active at once
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    platform_id: Mapped[UUID | None] = mapped_column(ForeignKey("platforms.id", ondelete="SET NULL"))
    # Of the one confirmation that may be sent: the newest shown.
    form_hash: Mapped[str | None] = mapped_column(String(64))
    busy_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    tries_since: Mapped[datetime] = mapped_column(Instant)
    platform: Mapped[Platform | None] = relationship()

    def state(self, now: datetime) -> str:
        """open, used, revoked or expired."""
        if self.used_at is not None:
            return "used"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """A new invitation; `secret` is shown once and kept nowhere."""

    invitation: RegistrationInvitation
    secret: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an administrator decides about an invitation."""

    created_by: str
    name: str = ""
    approves: bool = False
    life: timedelta = LIFE


def make_invitation(database: Session, wishes: Wishes, now: datetime) -> MadeInvitation:
    """A new invitation; call inside `writing`. Raises InvitationInvalid."""
    if not LIVES[0] <= wishes.life <= LIVES[1]:
        raise InvitationInvalid("an invitation lasts from five minutes to ninety days")
    name = " ".join(wishes.name.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InvitationInvalid(f"a name has at most {LONGEST_NAME} characters, on one line")
    secret = secrets.token_urlsafe(32)
    invitation = RegistrationInvitation(
        id=uuid4(),
        secret_hash=fingerprint(secret),
        name=name,
        approves=wishes.approves,
        created_by=wishes.created_by[:LONGEST_NAME],
        created_at=now,
        expires_at=now + wishes.life,
        tries=0,
        tries_since=now,
    )
    database.add(invitation)
    return MadeInvitation(invitation, secret)


def all_invitations(database: Session) -> list[RegistrationInvitation]:
    """Every invitation, the newest first."""
    newest = RegistrationInvitation.created_at.desc()
    return list(database.scalars(select(RegistrationInvitation).order_by(newest, RegistrationInvitation.id)))


def revoke_invitation(database: Session, invitation_id: UUID, now: datetime) -> RegistrationInvitation:
    """Takes an unused invitation back; twice changes nothing. Raises InvitationUnknown, InvitationUsed."""
    invitation = database.get(RegistrationInvitation, invitation_id)
    if invitation is None:
        raise InvitationUnknown("no such invitation: see `coalizione platform invitations`")
    if invitation.used_at is not None:
        raise InvitationUsed("this invitation has registered an LMS already: suspend that registration")
    if invitation.revoked_at is None:
        invitation.revoked_at = now
    return invitation


def look_at_invitation(database: Session, secret: str, now: datetime) -> RegistrationInvitation:
    """The open invitation of this secret; raises the refusal that says why there is none."""
    has_secret = RegistrationInvitation.secret_hash == fingerprint(secret)
    # Freshly read: another process may have used or revoked it since this session last looked.
    question = select(RegistrationInvitation).where(has_secret).execution_options(populate_existing=True)
    invitation = database.scalar(question)
    if invitation is None:
        raise InvitationUnknown
    refusals = {"used": InvitationUsed, "revoked": InvitationRevoked, "expired": InvitationExpired}
    if (refusal := refusals.get(invitation.state(now))) is not None:
        raise refusal
    return invitation


def count_try(database: Session, secret: str, now: datetime) -> RegistrationInvitation:
    """The invitation, with one try more on its account; call inside `writing`. Raises InvitationTried too."""
    invitation = look_at_invitation(database, secret, now)
    if now - invitation.tries_since >= TRIES_WINDOW:
        invitation.tries, invitation.tries_since = 0, now
    if invitation.tries >= MOST_TRIES:
        raise InvitationTried
    invitation.tries += 1
    return invitation


def show_form(database: Session, invitation: RegistrationInvitation) -> str:
    """The secret of the one confirmation that may now be sent; call inside `writing`."""
    form = secrets.token_urlsafe(32)
    invitation.form_hash = fingerprint(form)
    database.flush()
    return form


def claim_form(database: Session, secret: str, form: str, now: datetime) -> RegistrationInvitation:
    """Takes the confirmation, of two at once only one; call inside `writing`. Raises FormOutdated too."""
    invitation = look_at_invitation(database, secret, now)
    newest = RegistrationInvitation.form_hash == fingerprint(form)
    idle = RegistrationInvitation.busy_until.is_(None) | (RegistrationInvitation.busy_until <= now)
    claimed = database.scalar(
        update(RegistrationInvitation)
        .where(RegistrationInvitation.id == invitation.id, newest, idle)
        .values(form_hash=None, busy_until=now + BUSY)
        .returning(RegistrationInvitation.id)
    )
    if claimed is None:
        raise FormOutdated
    return invitation


def let_go(database: Session, invitation_id: UUID) -> None:
    """The LMS refused: the invitation is as good as before; call inside `writing`."""
    same = RegistrationInvitation.id == invitation_id
    database.execute(update(RegistrationInvitation).where(same).values(busy_until=None))


def use_up(database: Session, invitation_id: UUID, platform_id: UUID, now: datetime) -> None:
    """The LMS is registered; call inside `writing`."""
    values = {"used_at": now, "platform_id": platform_id, "busy_until": None, "form_hash": None}
    same = RegistrationInvitation.id == invitation_id
    database.execute(update(RegistrationInvitation).where(same).values(**values))
