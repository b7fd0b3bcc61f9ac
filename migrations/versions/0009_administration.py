"""What an administrator adds to a registration: origins that may frame us, and what roles mean."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("platforms", sa.Column("extra_origins", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "role_overrides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=500), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_role_overrides_platform_id")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_role_overrides_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_overrides")),
    )
    whole = sa.text("deployment_id IS NULL")
    op.create_index(
        "uq_role_overrides_platform", "role_overrides", ["platform_id", "role"], unique=True,
        sqlite_where=whole, postgresql_where=whole,
    )  # fmt: skip
    op.create_index(
        "uq_role_overrides_deployment",
        "role_overrides",
        ["platform_id", "deployment_id", "role"],
        unique=True,
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("role_overrides")
    op.drop_column("platforms", "extra_origins")
