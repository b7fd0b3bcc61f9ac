"""Attachments: bytes that came with statements, stored once for each hash."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "attachments",
        sa.Column("sha2", sa.String(length=128), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha2", name=op.f("pk_attachments")),
    )
    op.create_table(
        "statement_attachments",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("sha2", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statements.id"],
            name=op.f("fk_statement_attachments_statement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sha2"], ["attachments.sha2"], name=op.f("fk_statement_attachments_sha2")),
        sa.PrimaryKeyConstraint("statement_id", "sha2", name=op.f("pk_statement_attachments")),
    )
    op.create_index(op.f("ix_statement_attachments_sha2"), "statement_attachments", ["sha2"])


def downgrade() -> None:
    """Back."""
    op.drop_table("statement_attachments")
    op.drop_table("attachments")
