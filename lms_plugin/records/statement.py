"""xAPI statements as the LRS keeps them, with the rows that its filters look at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class Statement(Base):
    """One immutable statement: `body` is the JSON that a reader gets; only `voided_by` may ever change."""

    __tablename__ = "statements"
    __table_args__ = (
        Index(None, "stored", "id"),
        Index(None, "verb", "stored", "id"),
        Index(None, "registration", "stored", "id"),
        # Few statements refer to another: the index holds only those.
        Index(
            "ix_statements_refers_to",
            "refers_to",
            postgresql_where=text("refers_to IS NOT NULL"),
            sqlite_where=text("refers_to IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    stored: Mapped[datetime] = mapped_column(Instant)
    timestamp: Mapped[datetime] = mapped_column(Instant)
    # Index keys (`statement_index`), not what readers get: `body` has the full texts.
    verb: Mapped[str] = mapped_column(String(1000))
    authority: Mapped[str] = mapped_column(String(1000))
    registration: Mapped[UUID | None]
    # Set when the object is a StatementRef: filters look through it (xAPI 1.0.3 Communication 2.1.3).
    refers_to: Mapped[UUID | None]
    voided_by: Mapped[UUID | None]
    # "own" for statements derived from our evidence, "client" for those sent to the LRS.
    origin: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)


class StatementAgent(Base):
    """An agent or group of a statement; `agent` is its identifier as one string.

    `related` when it is not the actor, the object, or a member of either; an agent that is both has one row,
    not related.
    """

    __tablename__ = "statement_agents"
    __table_args__ = (Index(None, "agent", "stored", "statement_id"),)

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    )
    agent: Mapped[str] = mapped_column(String(1000), primary_key=True)
    related: Mapped[bool] = mapped_column(primary_key=True)
    stored: Mapped[datetime] = mapped_column(Instant)


class StatementActivity(Base):
    """An activity of a statement; `related` when it is not the object itself."""

    __tablename__ = "statement_activities"
    __table_args__ = (Index(None, "activity", "stored", "statement_id"),)

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    )
    activity: Mapped[str] = mapped_column(String(1000), primary_key=True)
    related: Mapped[bool] = mapped_column(primary_key=True)
    stored: Mapped[datetime] = mapped_column(Instant)
