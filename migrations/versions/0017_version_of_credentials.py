"""The version of xAPI that answers to a client name when its request names none."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    version = sa.Column("version", sa.String(length=10), server_default="1.0.3", nullable=False)
    op.add_column("lrs_credentials", version)


def downgrade() -> None:
    """Back."""
    op.drop_column("lrs_credentials", "version")
