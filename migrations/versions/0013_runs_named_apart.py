"""Registrations are no longer named after the account; those that were keep their names."""

import json
import unicodedata
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAMESPACE = UUID("6d1f3a52-0c7e-5f0b-9d3f-5b8f4f4f6a10")
BEGUN = sa.text(
    "SELECT DISTINCT learners.id, home_page, account_name, programme_id"
    " FROM learners JOIN evidence ON evidence.learner_id = learners.id"
)


def upgrade() -> None:
    """Forward."""
    op.add_column("learners", sa.Column("registrations", sa.JSON(), nullable=True))
    op.add_column("learners", sa.Column("came_from", sa.String(length=500), nullable=True))
    runs: dict[object, dict[str, str]] = {}
    for learner, home_page, name, programme in op.get_bind().execute(BEGUN):
        named = json.dumps(
            ["registration", home_page, name, programme], ensure_ascii=False, separators=(",", ":")
        )
        named = unicodedata.normalize("NFC", named)
        runs.setdefault(learner, {})[programme] = str(uuid5(NAMESPACE, named))
    learners = sa.table("learners", sa.column("id"), sa.column("registrations", sa.JSON()))
    for learner, named_before in runs.items():
        # `learner` as the database gave it: a text on SQLite, a UUID on PostgreSQL.
        op.execute(sa.update(learners).where(learners.c.id == learner).values(registrations=named_before))


def downgrade() -> None:
    """Back."""
    op.drop_column("learners", "came_from")
    op.drop_column("learners", "registrations")
