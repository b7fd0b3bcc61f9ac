"""A visit: one identity in one browser, for hours; the browser holds its secret, the row what it may do."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms_plugin.lti.platform import Deployment, Placement
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.people.staff import Staff
from lms_plugin.storage import Base, Instant


class Visit(Base):
    """Who is here and from which launch or sign-in; `secret_hash` is of what the browser keeps."""

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Short public name in the address, the same for the same identity: two people can share a browser.
    name: Mapped[str] = mapped_column(String(16))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(String(20))
    learner_id: Mapped[UUID | None] = mapped_column(ForeignKey("learners.id"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    deployment_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployments.id"))
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placements.id"))
    # Origins that may frame our pages during this visit, space separated; empty for none.
    frame_ancestors: Mapped[str] = mapped_column(Text, default="")
    # Where the LMS wants people back, one of its own addresses; empty for nowhere.
    return_url: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(35), default="it")
    # Begun where no cookie lives: its secret travels in forms and headers. Any other visit needs its cookie.
    carried: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    learner: Mapped[Learner | None] = relationship()
    staff: Mapped[Staff | None] = relationship()
    deployment: Mapped[Deployment | None] = relationship()
    placement: Mapped[Placement | None] = relationship()


class VisitTicket(Base):
    """One page more of a carried visit: for an address that a browser opens without any header of ours."""

    __tablename__ = "visit_tickets"

    ticket_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    # The visit's secret, sealed under the ticket itself: what is stored opens nothing.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


def purge_visits(database: Session, now: datetime) -> None:
    """Forgets visits that are over, and tickets that were never used."""
    database.execute(delete(VisitTicket).where(VisitTicket.expires_at <= now))
    database.execute(delete(Visit).where(Visit.expires_at <= now))


def end_visits_of(database: Session, learner_id: UUID) -> int:
    """Ends every visit of a learner at once, and answers how many; inside the caller's `writing`."""
    ended = database.execute(delete(Visit).where(Visit.learner_id == learner_id))
    count: int = ended.rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    return count
