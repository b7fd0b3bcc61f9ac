"""What we know of each webinar beyond its programme file: the booking, its sittings, and who may join."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms_plugin.storage import Base, Instant


class WebinarBooking(Base):
    """A webinar of the programme as `apply` last carried it to the provider."""

    __tablename__ = "webinar_bookings"
    __table_args__ = (UniqueConstraint("programme_id", "webinar_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    programme_id: Mapped[str] = mapped_column(String(100))
    webinar_id: Mapped[str] = mapped_column(String(100))
    provider: Mapped[str] = mapped_column(String(50))
    external_id: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))  # intended | booked | cancelled
    booked_at: Mapped[datetime] = mapped_column(Instant)
    # The step whose call to the provider is under way, or was when a crash came; empty otherwise.
    intent: Mapped[str] = mapped_column(String(20), default="")


class WebinarSitting(Base):
    """One time a webinar was held; another begins when it is opened again after the end."""

    __tablename__ = "webinar_sittings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("webinar_bookings.id"), index=True)
    meeting_id: Mapped[str] = mapped_column(String(255), index=True)
    internal_id: Mapped[str] = mapped_column(String(255), unique=True)  # the provider's id of this sitting
    opened_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    # The last look into the room: when, and who was inside as [person, name, role, connection].
    polled_at: Mapped[datetime | None] = mapped_column(Instant)
    polled_inside: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    # Presence arrived (or the sitting ended) that no settlement has looked at yet.
    unsettled_since: Mapped[datetime | None] = mapped_column(Instant, index=True)
    booking: Mapped[WebinarBooking] = relationship()


class JoinTicket(Base):
    """A one-use way into a sitting, bound to one person; only its hash is kept."""

    __tablename__ = "join_tickets"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("webinar_sittings.id"))
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learners.id"))
    role: Mapped[str] = mapped_column(String(20))
    placement_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
