"""The database itself refuses to change or delete statements, but for replay and erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# All but `voided_by`.
COLUMNS = ("id", "stored", "timestamp", "verb", "authority", "registration", "refers_to", "origin", "body")
LOCKED = "NOT EXISTS (SELECT 1 FROM statement_unlocks)"
REFUSED = "statements are immutable"
QUOTED = ", ".join(f'"{name}"' for name in COLUMNS)
SQLITE = (
    f"""CREATE TRIGGER statements_no_update BEFORE UPDATE OF {QUOTED} ON statements WHEN {LOCKED}
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements WHEN {LOCKED}
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    # INSERT OR REPLACE deletes the row in its way without asking the trigger above; INSERT OR IGNORE is ours.
    """CREATE TRIGGER statements_no_replace BEFORE INSERT ON statements
        WHEN EXISTS (SELECT 1 FROM statements WHERE id = NEW.id)
        BEGIN SELECT RAISE(IGNORE); END""",
)
CHANGED = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in COLUMNS)
POSTGRESQL = (
    f"""CREATE FUNCTION refuse_statement_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
             IF {LOCKED} THEN
               RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
             END IF;
             IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
             RETURN NEW;
           END $$""",
    f"""CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements
        FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION refuse_statement_change()""",
    """CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements
        FOR EACH ROW EXECUTE FUNCTION refuse_statement_change()""",
    """CREATE TRIGGER statements_no_truncate BEFORE TRUNCATE ON statements
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_statement_change()""",
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "statement_unlocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_unlocks")),
    )
    for sentence in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sentence)


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("statements_no_replace", "statements_no_delete", "statements_no_update"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name in ("statements_no_truncate", "statements_no_delete", "statements_no_update"):
            op.execute(f"DROP TRIGGER {name} ON statements")
        op.execute("DROP FUNCTION refuse_statement_change()")
    op.drop_table("statement_unlocks")
