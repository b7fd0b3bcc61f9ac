"""What goes to a target next: letters first, then the statements after its cursor that its filter selects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from lms_plugin.delivery.forwarding.tables import WAITING, ForwardingLetter, ForwardingTarget
from lms_plugin.records.statement import Statement, StatementActivity
from lms_plugin.records.statement_index import identity, index_key
from lms_plugin.records.statement_order import complete_through
from lms_plugin.storage import Instant

# Statements looked through for one batch: a filter that selects few must not read a million at once.
WINDOW = 5000
Place = tuple[datetime, UUID]
"""A place in our statements: `(stored, id)`."""
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Item:
    """One statement to send."""

    id: UUID
    stored: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements in order; when they are settled the cursor may go from `after` to `end`.

    Letters are beside the cursor: theirs stay where they are.
    """

    items: tuple[Item, ...]
    after: Place
    end: Place
    are_letters: bool = False

    @property
    def moves(self) -> bool:
        """Whether there is anything to do: something to send, or others' statements to pass by."""
        return bool(self.items) or self.end != self.after

    def first(self, number: int) -> "Batch":
        """Only so many of it."""
        if number >= len(self.items):
            return self
        items = self.items[:number]
        return Batch(items, self.after, (items[-1].stored, items[-1].id), self.are_letters)


def cursor_of(target: ForwardingTarget) -> Place:
    """Up to where all is settled."""
    return target.cursor_stored, target.cursor_id


def next_batch(database: Session, target: ForwardingTarget, limit: int) -> Batch:
    """The next statements, `limit` at most."""
    letters = _letters(database, target, limit)
    here = cursor_of(target)
    if letters:
        return Batch(letters, here, here, are_letters=True)
    bound = _bound(database, here)
    found = _selected(database, target, here, bound, limit)
    if len(found) == limit:
        return Batch(found, here, (found[-1].stored, found[-1].id))
    return Batch(found, here, bound)


def _letters(database: Session, target: ForwardingTarget, limit: int) -> tuple[Item, ...]:
    """Those of which the statement is there: one that is not (yet) waits."""
    rows = (
        select(Statement.id, ForwardingLetter.stored, Statement.body)
        .join(ForwardingLetter, ForwardingLetter.statement_id == Statement.id)
        .where(ForwardingLetter.target_id == target.id, ForwardingLetter.status == WAITING)
        .order_by(ForwardingLetter.stored, ForwardingLetter.statement_id)
        .limit(limit)
    )
    return tuple(Item(row.id, row.stored, row.body) for row in database.execute(rows))


def _bound(database: Session, here: Place) -> Place:
    """The last of the next WINDOW statements, or `here` when there is none.

    No further than the store is complete, so nothing appears before it later; what does all the same is
    a late statement (`records.late_statement`).
    """
    complete = complete_through(database)
    ordered = select(Statement.stored, Statement.id).where(after(here), Statement.stored <= complete)
    window = ordered.order_by(Statement.stored, Statement.id).limit(WINDOW).subquery()
    last = select(window.c.stored, window.c.id).order_by(window.c.stored.desc(), window.c.id.desc()).limit(1)
    row = database.execute(last).one_or_none()
    return here if row is None else (row.stored, row.id)


def _selected(
    database: Session, target: ForwardingTarget, here: Place, bound: Place, limit: int
) -> tuple[Item, ...]:
    if bound == here:
        return ()
    rows = (
        select(Statement.id, Statement.stored, Statement.body)
        .where(after(here), not_after(bound), *selects(target))
        .order_by(Statement.stored, Statement.id)
        .limit(limit)
    )
    return tuple(Item(row.id, row.stored, row.body) for row in database.execute(rows))


def after(place: Place) -> Condition:
    """Statements after a place."""
    return tuple_(Statement.stored, Statement.id) > _bound_place(place)


def not_after(place: Place) -> Condition:
    """Statements up to a place."""
    return tuple_(Statement.stored, Statement.id) <= _bound_place(place)


def _bound_place(place: Place) -> ColumnElement[tuple[datetime, UUID]]:
    stored, one = place
    return tuple_(bindparam(None, stored, Instant()), bindparam(None, one, Uuid()))


def selects(target: ForwardingTarget) -> Sequence[Condition]:
    """What the filter of a target asks of a statement."""
    conditions: list[Condition] = [Statement.stored >= target.since]
    if target.origin != "all":
        conditions.append(Statement.origin == target.origin)
    if target.verbs or target.activities:
        conditions.append(or_(_matches(target, Statement), _refers_to_such(target)))
    return conditions


def _matches(target: ForwardingTarget, statement: type[Statement]) -> Condition:
    conditions: list[Condition] = []
    if target.verbs:
        conditions.append(statement.verb.in_([index_key(verb) for verb in target.verbs]))
    if target.activities:
        wanted = [identity(index_key(activity)) for activity in target.activities]
        about = (
            StatementActivity.activity_id.in_(wanted),
            StatementActivity.related.in_((False, True)),
            StatementActivity.stored == statement.stored,
            StatementActivity.statement_id == statement.id,
        )
        conditions.append(exists().where(*about))
    return and_(*conditions)


def _refers_to_such(target: ForwardingTarget) -> Condition:
    """Whoever gets a statement gets what voids it or speaks of it, too; also when that one came first."""
    other = aliased(Statement)
    there = other.id == Statement.refers_to
    such = exists().where(there, _matches(target, other))
    return and_(Statement.refers_to.is_not(None), or_(such, ~exists().where(there)))
