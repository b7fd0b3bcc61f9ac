"""xAPI statements as the LRS keeps them, the agents and activities they name, and what ties them together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class Statement(Base):
    """One immutable statement: `body` is the JSON that a reader gets; only `voided_by` may ever change."""

    __tablename__ = "statements"
    __table_args__ = (
        Index(None, "stored", "id"),
        Index(None, "verb", "stored", "id"),
        Index(None, "authority", "stored", "id"),
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


class Agent(Base):
    """An agent or identified group that a statement has named; its `id` follows from its `key`."""

    __tablename__ = "agents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(1000))


class AgentName(Base):
    """A name under which statements have spoken of an agent; `name_key` follows from the name."""

    __tablename__ = "agent_names"

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    name_key: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class Activity(Base):
    """An activity that a statement has named, with all that statements have said about it, merged.

    `defined_by_us` once a statement of our own has defined it: then no client changes its definition.
    """

    __tablename__ = "activities"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    iri: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    defined_by_us: Mapped[bool] = mapped_column(server_default=false())


# The two tables below have no foreign keys: PostgreSQL would look each up for every row, and their rows are
# written with the statement only. Whoever deletes statements calls `statement_rows.delete_statements`.


class StatementAgent(Base):
    """An agent or group of a statement but its authority, in the order in which statements are read.

    `related` when it is not the actor, the object, or a member of either; an agent that is both has one row,
    not related.
    """

    __tablename__ = "statement_agents"
    __table_args__ = ({"sqlite_with_rowid": False},)

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    related: Mapped[bool] = mapped_column(primary_key=True)
    stored: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(primary_key=True)


class StatementActivity(Base):
    """An activity of a statement, in the order of reading; `related` unless it is the object itself."""

    __tablename__ = "statement_activities"
    __table_args__ = ({"sqlite_with_rowid": False},)

    activity_id: Mapped[UUID] = mapped_column(primary_key=True)
    related: Mapped[bool] = mapped_column(primary_key=True)
    stored: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
