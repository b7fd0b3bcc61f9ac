"""Targets of forwarding, with what waited for the external LRS in the outbox."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EXTERNAL_LRS = UUID("2493e88f-cb5a-5e40-9d4f-4b975ad0224f")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
CHUNK = 500


def upgrade() -> None:
    """Forward."""
    targets = op.create_table(
        "forwarding_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("verbs", sa.JSON(), nullable=False),
        sa.Column("activities", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("paused_by", sa.String(length=10), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor_stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor_id", sa.Uuid(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("suspects", sa.Integer(), nullable=False),
        sa.Column("rejected_in_a_row", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("last_delivery_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_answer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.Column("told", sa.String(length=20), nullable=False),
        sa.Column("canary", sa.Boolean(), nullable=False),
        sa.Column("canary_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canary_result", sa.String(length=20), nullable=False),
        sa.Column("canary_answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarding_targets")),
        sa.UniqueConstraint("name", name=op.f("uq_forwarding_targets_name")),
    )
    letters = op.create_table(
        "forwarding_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("discarded_by", sa.String(length=320), nullable=False),
        sa.Column("discarded_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["forwarding_targets.id"],
            name=op.f("fk_forwarding_letters_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarding_letters")),
        sa.UniqueConstraint(
            "target_id", "statement_id", name=op.f("uq_forwarding_letters_target_id_statement_id")
        ),
    )
    op.create_index(
        op.f("ix_forwarding_letters_target_id_status_stored_statement_id"),
        "forwarding_letters",
        ["target_id", "status", "stored", "statement_id"],
    )
    op.create_table(
        "late_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_statements")),
    )
    carry_over(op.get_bind(), targets, letters)


# The tables as they are at this revision, as far as we read them.
OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Uuid()),
    sa.column("target", sa.String()),
    sa.column("status", sa.String()),
    sa.column("payload", sa.Text()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
ATTEMPTS = sa.table(
    "delivery_attempts",
    sa.column("outbox_id", sa.Uuid()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("http_status", sa.Integer()),
    sa.column("answer", sa.Text()),
)
STATEMENTS = sa.table(
    "statements",
    sa.column("id", sa.Uuid()),
    sa.column("stored", sa.DateTime(timezone=True)),
    sa.column("origin", sa.String()),
)


def carry_over(database: Connection, targets: sa.Table, letters: sa.Table) -> None:
    """What was queued for the external LRS becomes letters of one target; all else is behind its cursor."""
    queued = OUTBOX.c.target == "lrs"
    oldest = database.scalar(sa.select(sa.func.min(OUTBOX.c.created_at)).where(queued))
    if oldest is None:
        return
    oldest = _utc(oldest)
    database.execute(targets.insert(), _target(database, oldest))
    unsent = sa.select(OUTBOX).where(queued, OUTBOX.c.status.in_(("waiting", "dead"))).order_by(OUTBOX.c.id)
    rows = [row._mapping for row in database.execute(unsent)]  # noqa: SLF001 - SQLAlchemy's public name
    for start in range(0, len(rows), CHUNK):
        database.execute(
            letters.insert(), [_letter(database, dict(row)) for row in rows[start : start + CHUNK]]
        )
    database.execute(sa.delete(OUTBOX).where(queued))


def _utc(moment: datetime) -> datetime:
    """SQLite keeps no zone: what it has is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _target(database: Connection, oldest: datetime) -> dict[str, Any]:
    """Paused until a worker reads from the settings where it is."""
    own = STATEMENTS.c.origin == "own"
    ordered = sa.select(STATEMENTS.c.stored, STATEMENTS.c.id).where(own)
    newest = database.execute(
        ordered.order_by(STATEMENTS.c.stored.desc(), STATEMENTS.c.id.desc()).limit(1)
    ).one_or_none()
    stored, one = newest or (oldest, UUID(int=0))
    return {
        "id": EXTERNAL_LRS, "name": "LRS esterno", "url": "", "key": "", "sealed_secret": b"",
        "version": "1.0.3", "verbs": [], "activities": [], "origin": "own", "since": BEGINNING,
        "created_at": oldest, "status": "paused", "paused_by": "settings", "status_at": oldest,
        "cursor_stored": _utc(stored), "cursor_id": one, "at_once": 100, "suspects": 0,
        "rejected_in_a_row": 0,
        "due_at": oldest, "failures": 0, "delivered": 0, "last_answer": "", "told": "well",
        "canary": False, "canary_result": "", "canary_answer": "",
    }  # fmt: skip


def _letter(database: Connection, row: dict[str, Any]) -> dict[str, Any]:
    one = UUID(json.loads(row["payload"])["id"])
    stored = database.scalar(sa.select(STATEMENTS.c.stored).where(STATEMENTS.c.id == one))
    last = (
        sa.select(ATTEMPTS.c.http_status, ATTEMPTS.c.answer, ATTEMPTS.c.at)
        .where(ATTEMPTS.c.outbox_id == row["id"])
        .order_by(ATTEMPTS.c.at.desc())
        .limit(1)
    )
    answer = database.execute(last).one_or_none()
    return {
        "id": uuid4(),
        "target_id": EXTERNAL_LRS,
        "statement_id": one,
        "stored": _utc(stored or row["created_at"]),
        "status": row["status"],
        "at": _utc(answer.at if answer else row["created_at"]),
        "http_status": answer.http_status if answer else None,
        "answer": answer.answer if answer else "",
        "discarded_by": "",
        "discarded_why": "",
    }


def downgrade() -> None:
    """Back; `coalizione replay` of the version before queues again what was not delivered."""
    op.drop_table("late_statements")
    op.drop_table("forwarding_letters")
    op.drop_table("forwarding_targets")
