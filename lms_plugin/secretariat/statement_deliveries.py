"""Where one statement went: what each target among other LRSs has of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.selection import cursor_of, selects
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.records.statement import Statement


@dataclass(frozen=True, slots=True)
class StatementDelivery:
    """The state of a statement at one target: waiting, delivered, dead, discarded or not_wanted."""

    target: str
    state: str
    answer: str = ""


def deliveries_of_statement(database: Session, statement: Statement) -> list[StatementDelivery]:
    """One line for each target, by name."""
    targets = database.scalars(select(ForwardingTarget).order_by(ForwardingTarget.name)).all()
    return [_at(database, target, statement) for target in targets]


def _at(database: Session, target: ForwardingTarget, statement: Statement) -> StatementDelivery:
    letters = select(ForwardingLetter).where(
        ForwardingLetter.target_id == target.id, ForwardingLetter.statement_id == statement.id
    )
    letter = database.scalar(letters)
    if letter is not None:
        return StatementDelivery(target.name, letter.status, letter.answer)
    wanted = select(Statement.id).where(Statement.id == statement.id, *selects(target))
    if database.scalar(wanted) is None:
        return StatementDelivery(target.name, "not_wanted")
    settled = (statement.stored, statement.id) <= cursor_of(target)
    return StatementDelivery(target.name, "delivered" if settled else "waiting")
