"""Registrations that wait for approval, and the one-time invitations that bring them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column(
        "platforms", sa.Column("registered_by", sa.String(length=255), server_default="", nullable=False)
    )
    op.add_column("platforms", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever was let in before there was an approval was let in by the command line, on that day.
    op.execute("UPDATE platforms SET approved_at = created_at")
    op.create_table(
        "registration_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_id", sa.Uuid(), nullable=True),
        sa.Column("form_hash", sa.String(length=64), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tries_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platforms.id"],
            name=op.f("fk_registration_invitations_platform_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_registration_invitations_secret_hash")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("registration_invitations")
    op.drop_column("platforms", "approved_at")
    op.drop_column("platforms", "registered_by")
