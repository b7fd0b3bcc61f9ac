"""Evidence: facts with a source, only ever appended, each chained to the same learner's fact before it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class Evidence(Base):
    """One fact about one learner. `key` names the fact, so that telling it twice stores it once."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("learner_id", "sequence"),
        UniqueConstraint("learner_id", "key"),
        Index(None, "programme_id", "activity_id", "kind"),
        Index(None, "recorded_at", "id"),  # a day's rows are sealed in this order
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learners.id"))
    sequence: Mapped[int]
    key: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(50))
    programme_id: Mapped[str] = mapped_column(String(100))
    activity_id: Mapped[str] = mapped_column(String(100))
    # The LMS link through which the learner came, when the fact was made behind one.
    placement_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(String(100))
    payload: Mapped[str] = mapped_column(Text)  # canonical JSON, the bytes that were hashed
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
