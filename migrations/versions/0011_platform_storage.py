"""Platform storage: messages that wait for their browser, visits that no cookie carries and their tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "parked_launches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_hash", sa.String(length=64), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_launches")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_parked_launches_ticket_hash")),
    )
    for column in ("state_hash", "expires_at"):
        op.create_index(op.f(f"ix_parked_launches_{column}"), "parked_launches", [column])
    # Visits that are there have their cookies.
    op.add_column("visits", sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "visit_tickets",
        sa.Column("ticket_hash", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_tickets_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_hash", name=op.f("pk_visit_tickets")),
    )
    for column in ("visit_id", "expires_at"):
        op.create_index(op.f(f"ix_visit_tickets_{column}"), "visit_tickets", [column])


def downgrade() -> None:
    """Back."""
    op.drop_table("visit_tickets")
    op.drop_column("visits", "carried")
    op.drop_table("parked_launches")
