"""The database itself refuses to change, delete or overwrite evidence."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END""",
    """CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END""",
    # INSERT OR REPLACE deletes the row in its way without asking the trigger above.
    """CREATE TRIGGER evidence_no_replace BEFORE INSERT ON evidence
        WHEN EXISTS (SELECT 1 FROM evidence WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM evidence WHERE learner_id = NEW.learner_id AND sequence = NEW.sequence)
          OR EXISTS (SELECT 1 FROM evidence WHERE learner_id = NEW.learner_id AND "key" = NEW."key")
        BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION refuse_evidence_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
             RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
           END $$""",
    """CREATE TRIGGER evidence_no_change BEFORE UPDATE OR DELETE ON evidence
        FOR EACH ROW EXECUTE FUNCTION refuse_evidence_change()""",
    """CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_evidence_change()""",
)


def upgrade() -> None:
    """Forward."""
    for sentence in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sentence)


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("evidence_no_replace", "evidence_no_delete", "evidence_no_update"):
            op.execute(f"DROP TRIGGER {name}")
        return
    for name in ("evidence_no_truncate", "evidence_no_change"):
        op.execute(f"DROP TRIGGER {name} ON evidence")
    op.execute("DROP FUNCTION refuse_evidence_change()")
