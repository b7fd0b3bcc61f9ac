"""Targets of forwarding, each with its place in our statements, and the letters that left that order."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # before everything that was ever stored
FIRST_ID = UUID(int=0)
ACTIVE, PAUSED = "active", "paused"
MOST_AT_ONCE = 100  # statements in one request
# Who or what paused a target.
BY_HAND, BY_REFUSAL, BY_REJECTION, BY_SETTINGS = "hand", "refused", "rejecting", "settings"
WAITING, DEAD, DISCARDED = "waiting", "dead", "discarded"


class ForwardingTarget(Base):
    """Another LRS that gets our statements; everything up to its cursor, `(stored, id)`, is settled there."""

    __tablename__ = "forwarding_targets"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    url: Mapped[str] = mapped_column(Text)  # of the LRS, without /statements
    key: Mapped[str] = mapped_column(Text)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[str] = mapped_column(String(10))  # 1.0.3 | 2.0.0
    # What it gets: IRIs of verbs and of activities (in the context too), all when empty; own | client | all.
    verbs: Mapped[list[str]] = mapped_column(JSON, default=list)
    activities: Mapped[list[str]] = mapped_column(JSON, default=list)
    origin: Mapped[str] = mapped_column(String(10), default="all")
    since: Mapped[datetime] = mapped_column(Instant, default=BEGINNING)  # by `stored`, inclusive
    created_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(10), default=ACTIVE)
    paused_by: Mapped[str] = mapped_column(String(10), default="")
    status_at: Mapped[datetime] = mapped_column(Instant)  # when it was paused, resumed or set back
    cursor_stored: Mapped[datetime] = mapped_column(Instant, default=BEGINNING)
    cursor_id: Mapped[UUID] = mapped_column(default=FIRST_ID)
    # How many go at once, and how many after the cursor are looked through for the one that is at fault.
    at_once: Mapped[int] = mapped_column(default=MOST_AT_ONCE)
    suspects: Mapped[int] = mapped_column(default=0)
    rejected_in_a_row: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[UUID | None]
    due_at: Mapped[datetime] = mapped_column(Instant, default=BEGINNING)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    delivered: Mapped[int] = mapped_column(BigInteger, default=0)
    last_delivery_at: Mapped[datetime | None] = mapped_column(Instant)
    last_answer_at: Mapped[datetime | None] = mapped_column(Instant)
    last_status: Mapped[int | None]
    last_answer: Mapped[str] = mapped_column(Text, default="")
    # What was last told about it, so that each change is told once.
    told: Mapped[str] = mapped_column(String(20), default="well")
    canary: Mapped[bool] = mapped_column(default=True)
    canary_at: Mapped[datetime | None] = mapped_column(Instant)
    canary_result: Mapped[str] = mapped_column(String(20), default="")
    canary_answer: Mapped[str] = mapped_column(Text, default="")


class ForwardingLetter(Base):
    """One statement for one target beside the cursor: to be sent (again), refused for good, or given up."""

    __tablename__ = "forwarding_letters"
    __table_args__ = (
        UniqueConstraint("target_id", "statement_id"),
        Index(None, "target_id", "status", "stored", "statement_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("forwarding_targets.id", ondelete="CASCADE"))
    statement_id: Mapped[UUID]
    stored: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(10))  # waiting | dead | discarded
    at: Mapped[datetime] = mapped_column(Instant)
    http_status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")  # the other side's words, or ours why it did not go
    discarded_by: Mapped[str] = mapped_column(String(320), default="")
    discarded_why: Mapped[str] = mapped_column(Text, default="")
