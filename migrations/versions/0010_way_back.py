"""Where the LMS wants people back is kept with the visit."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("visits", sa.Column("return_url", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Back."""
    op.drop_column("visits", "return_url")
