"""Grade book columns kept on the link, and where each outbox row goes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The column that the newest launch through the link named.
NEWEST = """UPDATE resource_links SET line_item_url = (
    SELECT placements.line_item_url FROM placements
    WHERE placements.resource_link_id = resource_links.id AND placements.line_item_url IS NOT NULL
    ORDER BY placements.last_launch_at DESC LIMIT 1)"""


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("resource_links") as table:
        table.add_column(sa.Column("line_item_url", sa.Text(), nullable=True))
        table.add_column(sa.Column("line_item_asked_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("destination", sa.Uuid(), nullable=True))
        table.create_index("ix_outbox_status_destination_due_at", ["status", "destination", "due_at"])
    op.execute(NEWEST)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("outbox") as table:
        table.drop_index("ix_outbox_status_destination_due_at")
        table.drop_column("destination")
    with op.batch_alter_table("resource_links") as table:
        table.drop_column("line_item_asked_until")
        table.drop_column("line_item_url")
