"""One-use ways into a sitting: made when somebody asks to join, spent when the room's door is reached."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.webinars.booking import JoinTicket

LIFETIME = timedelta(minutes=2)
KEPT = timedelta(days=1)


class TicketSpent(Refusal):
    """The link was used, is too old, or belongs to somebody else."""

    code = "join_link_spent"
    status = 410


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a ticket is for and in which part: "moderator" or "viewer"."""

    learner_id: UUID
    role: str
    placement_id: UUID | None


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def issue(database: Session, sitting_id: UUID, bearer: Bearer, now: datetime) -> str:
    """A new ticket's secret; only its hash is kept."""
    secret = secrets.token_urlsafe(24)
    ticket = JoinTicket(
        secret_hash=_hash(secret),
        sitting_id=sitting_id,
        learner_id=bearer.learner_id,
        role=bearer.role,
        placement_id=bearer.placement_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    database.add(ticket)
    return secret


def spend(database: Session, secret: str, learner_id: UUID, now: datetime) -> JoinTicket:
    """The ticket, used up by one atomic update; raises TicketSpent."""
    mine = (JoinTicket.secret_hash == _hash(secret), JoinTicket.learner_id == learner_id)
    unused = (JoinTicket.used_at.is_(None), JoinTicket.expires_at > now)
    spent = database.execute(update(JoinTicket).where(*mine, *unused).values(used_at=now))
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise TicketSpent
    return database.execute(select(JoinTicket).where(*mine)).scalar_one()


def bearers(database: Session, sitting_ids: list[UUID]) -> dict[UUID, Bearer]:
    """Who went into these sittings, by learner; a trainer stays one whatever else they asked for."""
    asked = select(JoinTicket).where(JoinTicket.sitting_id.in_(sitting_ids), JoinTicket.used_at.is_not(None))
    found: dict[UUID, Bearer] = {}
    for ticket in database.scalars(asked.order_by(JoinTicket.used_at)):
        known = found.get(ticket.learner_id)
        if known is None or known.role != "moderator":
            found[ticket.learner_id] = Bearer(ticket.learner_id, ticket.role, ticket.placement_id)
    return found


def purge_tickets(database: Session, now: datetime) -> None:
    """Forgets tickets that were never used."""
    never_used = (JoinTicket.used_at.is_(None), JoinTicket.expires_at < now - KEPT)
    database.execute(delete(JoinTicket).where(*never_used))
