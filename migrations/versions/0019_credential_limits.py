"""Credentials of the LRS: limits, expiry, last use, a second secret after a rotation."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
COLUMNS = (
    ("previous_hash", sa.String(length=64)),
    ("previous_until", sa.DateTime(timezone=True)),
    ("programme", sa.String(length=255)),
    ("home_page", sa.Text()),
    ("per_minute", sa.Integer()),
    ("expires_at", sa.DateTime(timezone=True)),
    ("last_used_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Forward."""
    for name, kind in COLUMNS:
        op.add_column("lrs_credentials", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Back."""
    for name, _kind in reversed(COLUMNS):
        op.drop_column("lrs_credentials", name)
