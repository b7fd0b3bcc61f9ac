"""Our keys take turns: each has a state and the dates of its changes."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEYS = sa.table(
    "tool_keys",
    sa.column("status", sa.String()),
    sa.column("active", sa.Boolean()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("activated_at", sa.DateTime(timezone=True)),
    sa.column("retired_at", sa.DateTime(timezone=True)),
)
MOMENTS = ("activated_at", "retired_at", "deleted_at")


def upgrade() -> None:
    """Forward: the key that signed goes on signing; others stay published for a while longer."""
    op.add_column("tool_keys", sa.Column("status", sa.String(length=10), nullable=True))
    for name in MOMENTS:
        op.add_column("tool_keys", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    signs = KEYS.c.active.is_(True)
    op.execute(KEYS.update().values(activated_at=KEYS.c.created_at, status="active").where(signs))
    op.execute(
        KEYS.update()
        .values(retired_at=datetime.now(UTC), status="retiring")
        .where(~signs | KEYS.c.active.is_(None))
    )
    with op.batch_alter_table("tool_keys") as batch:
        batch.drop_constraint("uq_tool_keys_active", type_="unique")
        batch.drop_column("active")
        batch.alter_column("status", existing_type=sa.String(length=10), nullable=False)
    for status in ("next", "active"):
        condition = sa.text(f"status = '{status}'")
        op.create_index(
            f"uq_tool_keys_one_{status}", "tool_keys", ["status"], unique=True,
            sqlite_where=condition, postgresql_where=condition,
        )  # fmt: skip


def downgrade() -> None:
    """Back: a key that never signed is forgotten."""
    for status in ("next", "active"):
        op.drop_index(f"uq_tool_keys_one_{status}", table_name="tool_keys")
    op.execute("DELETE FROM tool_keys WHERE status IN ('next', 'deleted')")
    op.add_column("tool_keys", sa.Column("active", sa.Boolean(), nullable=True))
    op.execute(KEYS.update().values(active=True).where(KEYS.c.status == "active"))
    with op.batch_alter_table("tool_keys") as batch:
        for name in ("status", *MOMENTS):
            batch.drop_column(name)
        batch.create_unique_constraint(op.f("uq_tool_keys_active"), ["active"])
