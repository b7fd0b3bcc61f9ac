"""The outbox: what must reach another system, written with the completion it is about."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class OutboxItem(Base):
    """One thing to deliver. What is sent is derived; the state is what the `DeliveryAttempt` rows tell."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "status", "due_at"),
        Index(None, "status", "destination", "due_at"),
        Index(None, "lane", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # UUIDv5 of target and what is sent
    target: Mapped[str] = mapped_column(String(10))  # ags
    # What must stay in order among itself: the placement.
    lane: Mapped[UUID] = mapped_column()
    # The place in the lane: grows with the sequence of the evidence that decided.
    position: Mapped[int] = mapped_column(default=0)
    completion_id: Mapped[UUID] = mapped_column(index=True)
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # waiting | delivered | not_wanted | dead | superseded
    status: Mapped[str] = mapped_column(String(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[UUID | None]
    # Which other system it goes to; the worker's own note, empty until it has looked.
    destination: Mapped[UUID | None]


class DeliveryAttempt(Base):
    """What the other side answered; append-only, so that replay can restore an outbox row's state."""

    __tablename__ = "delivery_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    outbox_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    # delivered | retry | dead | not_wanted | superseded (a newer score of the lane goes instead)
    # | requeued (a person asked to try again, or the LMS has a column by now)
    outcome: Mapped[str] = mapped_column(String(20))
    http_status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")  # the first 2,000 characters of the remote's words
    retry_at: Mapped[datetime | None] = mapped_column(Instant)
