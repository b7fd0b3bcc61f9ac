"""Completions: what we conclude from a learner's evidence; derived, and rebuilt by `coalizione replay`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms_plugin.people.learner import Learner
from lms_plugin.storage import Base, Instant


class Completion(Base):
    """One conclusion. Its id is a UUIDv5 of what it states: whoever concludes it again gets the same row."""

    __tablename__ = "completions"
    __table_args__ = (
        Index(None, "programme_id", "activity_id"),
        Index(None, "decided_at", "id"),
        Index(None, "completed_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learners.id"), index=True)
    programme_id: Mapped[str] = mapped_column(String(100))
    activity_id: Mapped[str] = mapped_column(String(100))
    activity_kind: Mapped[str] = mapped_column(String(20))  # as a conclusion's kind
    outcome: Mapped[str] = mapped_column(String(20))  # completed | passed | failed | attended
    score_percent: Mapped[int | None]
    duration_seconds: Mapped[int | None]
    rule_version: Mapped[int]
    # Ids of the evidence that the rule looked at, in order.
    evidence_ids: Mapped[list[str]] = mapped_column(JSON)
    placement_id: Mapped[UUID | None]
    statement_id: Mapped[UUID] = mapped_column(index=True)
    completed_at: Mapped[datetime] = mapped_column(Instant)  # when the deciding fact happened
    decided_at: Mapped[datetime] = mapped_column(Instant)  # when the deciding fact was recorded
    learner: Mapped[Learner] = relationship()
