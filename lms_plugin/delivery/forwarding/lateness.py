"""Statements that came late, behind a target's cursor, become letters for it."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.selection import cursor_of, selects
from lms_plugin.delivery.forwarding.tables import WAITING, ForwardingLetter, ForwardingTarget
from lms_plugin.records.late_statement import LateStatement
from lms_plugin.records.statement import Statement

MOST_AT_ONCE = 500


def is_any_late(database: Session) -> bool:
    """Whether there is anything to do for `take_in_late`; reads only."""
    return database.scalar(select(LateStatement.id).limit(1)) is not None


def take_in_late(database: Session) -> None:
    """Inside the caller's `writing`.

    A target that is being sent to gets a letter too: what is on its way was read before, perhaps.
    """
    late = list(database.scalars(select(LateStatement).order_by(LateStatement.stored).limit(MOST_AT_ONCE)))
    targets = select(ForwardingTarget).order_by(ForwardingTarget.id).with_for_update()
    for target in database.scalars(targets.execution_options(populate_existing=True)).all():
        passed = [
            one for one in late if target.lease is not None or (one.stored, one.id) <= cursor_of(target)
        ]
        _add_letters(database, target, passed)
    database.execute(delete(LateStatement).where(LateStatement.id.in_([one.id for one in late])))


def _add_letters(database: Session, target: ForwardingTarget, late: list[LateStatement]) -> None:
    ids = [one.id for one in late]
    known = select(ForwardingLetter.statement_id).where(ForwardingLetter.target_id == target.id)
    wanted = select(Statement.id, Statement.stored).where(Statement.id.in_(ids), *selects(target))
    for row in database.execute(wanted.where(Statement.id.not_in(known))).all():
        letter = ForwardingLetter(
            target_id=target.id,
            statement_id=row.id,
            stored=row.stored,
            status=WAITING,
            at=row.stored,
        )
        database.add(letter)
