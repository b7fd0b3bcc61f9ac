"""Deleting a platform or deployment: exactly what goes along, and when it may not be (decision 0005).

The foreign keys of the tables say what hangs on what, so that a table added tomorrow is counted and deleted
too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.known import table_of
from lms_plugin.lti.platform import Deployment, Placement, Platform
from lms_plugin.people.learner import Learner
from lms_plugin.storage import Base

# Never deleted; named by table because the rooms that own them lie beside this one.
RECORDS = ("evidence", "completions")
AT_ONCE = 500
LEARNERS, PLACEMENTS = table_of(Learner), table_of(Placement)
Conditions = dict[Table, ColumnElement[bool]]


class RemovalRefused(Refusal):
    """It may still launch, or there are records: suspend it instead."""

    code = "removal_refused"
    status = 409


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a deletion would take along, rows by table, and how many learners' records stand against it."""

    rows: tuple[tuple[str, int], ...]
    learners_with_records: int


def footprint(database: Session, subject: Platform | Deployment) -> Footprint:
    """What deleting the subject would take along; only reads."""
    here = _hanging_on(subject)
    everything = _conditions(here | {LEARNERS: _only_here(here)}, here)
    rows = [(table.name, _count(database, table, condition)) for table, condition in everything.items()]
    return Footprint(
        rows=tuple((name, number) for name, number in rows if number and name != subject.__tablename__),
        learners_with_records=_with_records(database, here),
    )


def require_removable(subject: Platform | Deployment, found: Footprint) -> None:
    """Raises RemovalRefused, saying why."""
    if subject.status == "active":
        raise RemovalRefused("it may still launch: suspend it first")
    if found.learners_with_records:
        number = found.learners_with_records
        raise RemovalRefused(f"{number} learners have records, which are never deleted: leave it suspended")


def remove(database: Session, subject: Platform | Deployment) -> Footprint:
    """Deletes it and what hangs on it; call inside `writing`, with its platform locked.

    Raises RemovalRefused.
    """
    found = footprint(database, subject)
    require_removable(subject, found)
    here = _hanging_on(subject)
    leaving = list(database.scalars(select(LEARNERS.c.id).where(_only_here(here))))
    _delete_all(database, here)
    for some in _pieces(leaving):
        _delete_all(database, _conditions({LEARNERS: LEARNERS.c.id.in_(some)}, {}))
    database.expire_all()
    return found


def _hanging_on(subject: Platform | Deployment) -> Conditions:
    root = table_of(type(subject))
    return _conditions({root: root.c.id == subject.id}, {})


def _conditions(roots: Conditions, known: Conditions) -> Conditions:
    """For each table with rows that hang on the roots, which rows; parents first."""
    found: Conditions = {}
    for table in Base.metadata.sorted_tables:
        reasons = [roots[table]] if table in roots else []
        reasons += [condition for condition in (known.get(table),) if condition is not None]
        reasons += [
            key.parent.in_(select(key.column).where(found[key.column.table]).correlate(None))
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
            # What is merely reminded of a platform forgets it by itself.
            if key.column.table in found and key.ondelete != "SET NULL"
        ]
        if reasons:
            found[table] = or_(*dict.fromkeys(reasons))
    return found


def _only_here(here: Conditions) -> ColumnElement[bool]:
    """Learners who came through here and nowhere else, and of whom nothing is recorded."""
    placed = select(PLACEMENTS.c.learner_id)
    reasons = [
        LEARNERS.c.id.in_(placed.where(here[PLACEMENTS]).correlate(None)),
        LEARNERS.c.id.not_in(placed.where(~here[PLACEMENTS]).correlate(None)),
        *(LEARNERS.c.id.not_in(select(table.c.learner_id).correlate(None)) for table in _records()),
    ]
    return and_(*reasons)


def _with_records(database: Session, here: Conditions) -> int:
    placed = select(PLACEMENTS.c.learner_id).where(here[PLACEMENTS]).distinct().subquery()
    recorded = (exists().where(table.c.learner_id == placed.c.learner_id) for table in _records())
    question = select(func.count()).select_from(placed).where(or_(*recorded))
    return database.scalar(question) or 0


def _records() -> Iterator[Table]:
    return (Base.metadata.tables[name] for name in RECORDS)


def _count(database: Session, table: Table, condition: ColumnElement[bool]) -> int:
    return database.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _delete_all(database: Session, conditions: Conditions) -> None:
    for table, condition in reversed(conditions.items()):
        database.execute(delete(table).where(condition))


def _pieces(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
