"""Launch reports in place of login states: a login is sealed into its state and stored nowhere."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.drop_table("login_states")
    op.create_table(
        "launch_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=True),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column("message_type", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("kid", sa.String(length=255), nullable=False),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.Column("binding", sa.String(length=10), nullable=False),
        sa.Column("framed", sa.Boolean(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"],
            name=op.f("fk_launch_reports_platform_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_reports")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_launch_reports_state_hash")),
    )  # fmt: skip
    op.create_index(op.f("ix_launch_reports_at"), "launch_reports", ["at"], unique=False)
    op.create_index(
        op.f("ix_launch_reports_platform_id_at"), "launch_reports", ["platform_id", "at"], unique=False
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("launch_reports")
    op.create_table(
        "login_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("target_link_uri", sa.Text(), nullable=False),
        sa.Column("login_hint", sa.Text(), nullable=False),
        sa.Column("message_hint", sa.Text(), nullable=True),
        sa.Column("deployment_hint", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platforms.id"], name=op.f("fk_login_states_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_states")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_login_states_state_hash")),
    )
    op.create_index(op.f("ix_login_states_expires_at"), "login_states", ["expires_at"], unique=False)
