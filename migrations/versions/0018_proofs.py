"""Sealed days: their leaves and nodes, the keys that sign them, persons' secrets, and erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SIGNS = sa.text("signs")


def upgrade() -> None:
    """Forward."""
    op.create_index(op.f("ix_evidence_recorded_at_id"), "evidence", ["recorded_at", "id"])
    op.create_index(op.f("ix_learners_created_at_id"), "learners", ["created_at", "id"])
    op.create_table(
        "proof_keys",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_pem", sa.LargeBinary(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("signs", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_proof_keys")),
    )
    op.create_index(
        "uq_proof_keys_one_signs", "proof_keys", ["signs"],
        unique=True, sqlite_where=SIGNS, postgresql_where=SIGNS,
    )  # fmt: skip
    op.create_table(
        "proof_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("header_hash", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_stamp", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_proof_days")),
        sa.UniqueConstraint("number", name=op.f("uq_proof_days_number")),
    )
    op.create_table(
        "proof_leaves",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", "position", name=op.f("pk_proof_leaves")),
    )
    op.create_index("uq_proof_leaves_record", "proof_leaves", ["kind", "record_id"], unique=True)
    op.create_table(
        "proof_nodes",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", "level", "number", name=op.f("pk_proof_nodes")),
    )
    op.create_table(
        "person_secrets",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_person_secrets")),
    )
    op.create_table(
        "kept_forms",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", name=op.f("pk_kept_forms")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_by", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_at"), "erasures", ["at"])


def downgrade() -> None:
    """Back."""
    for table in (
        "erasures", "kept_forms", "person_secrets", "proof_nodes", "proof_leaves", "proof_days", "proof_keys",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index(op.f("ix_learners_created_at_id"), table_name="learners")
    op.drop_index(op.f("ix_evidence_recorded_at_id"), table_name="evidence")
