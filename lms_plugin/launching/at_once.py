"""Lets most of those who launch in by one statement: the login used up, newcomers' rows and the visit.

PostgreSQL runs it whole or not at all, in one round trip with one commit; every key and every unique column
is checked as ever. Whatever stands in the way (a login used up meanwhile, a row made by somebody else) leaves
nothing behind, and the careful way of `opening` says what it was. SQLite has no such statement.
"""

import functools
import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import ColumnDefault, Engine, Insert, Table, bindparam, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_plugin.launching.entering import arrival_of
from lms_plugin.launching.reports import report_of
from lms_plugin.lti.arrival import Foreseen, foresee_arrival
from lms_plugin.lti.known import LEARNERS, PLACEMENTS, REPORTS
from lms_plugin.lti.launch import STORAGE, Attempt, Launch, Verified, report_row
from lms_plugin.lti.targets import TargetKind
from lms_plugin.prepared import Prepared
from lms_plugin.web.open_visit import VISITS, OpenVisit
from lms_plugin.web.visit import new_visit, visit_row

_Row = tuple[Table, Mapping[str, Any]]
ACTIVITIES = frozenset(
    {
        TargetKind.PROGRAMME, TargetKind.MODULE, TargetKind.WEBINAR, TargetKind.FINAL_ASSESSMENT,
        TargetKind.CALENDAR,
    }
)  # fmt: skip


@functools.cache
def _all_at_once(*added: tuple[Table, tuple[str, ...]]) -> tuple[Prepared, tuple[str, ...]]:
    """Inserts one row with these columns into each table, the last of which is not looked at by the others.

    What they refer to is checked when all are there. With it the names of its values, row by row.
    """
    inserts = [_insert(table, columns) for table, columns in added]
    others = (one.cte(f"new_{one.table.name}") for one in inserts[:-1])
    names = tuple(_value_of(table, column) for table, columns in added for column in columns)
    return Prepared(inserts[-1].add_cte(*others)), names


def _insert(table: Table, columns: tuple[str, ...]) -> Insert:
    return insert(table).values({column: bindparam(_value_of(table, column)) for column in columns})


def _value_of(table: Table, column: str) -> str:
    return f"{table.name}_{column}"


@functools.cache
def _defaults(table: Table) -> Mapping[str, Any]:
    """What our code, not the database, puts where nothing is said."""
    scalars = (column for column in table.c if column.default is not None and column.default.is_scalar)
    return {column.name: cast("ColumnDefault", column.default).arg for column in scalars}


def open_at_once(
    database: Session, verified: Verified, launch: Launch, attempt: Attempt, now: datetime
) -> tuple[OpenVisit, str] | None:
    """The visit, written down, and its secret; None when this launch takes the careful way."""
    if _dialect(database) != "postgresql" or launch.target.kind not in ACTIVITIES:
        return None
    foreseen = foresee_arrival(launch, now)
    if foreseen is None:
        return None
    arrival = arrival_of(
        launch, foreseen.learner_id, foreseen.placement_id, carried=attempt.binding == STORAGE
    )
    visit, secret = new_visit(arrival, reads_records=False, now=now)
    report = {"id": uuid4(), **report_row(verified.login, report_of(attempt), now)}
    rows = [(REPORTS, report), *_newcomer(foreseen), (VISITS, visit_row(visit, secret))]
    return (visit, secret) if _write(database, rows) else None


def _newcomer(foreseen: Foreseen) -> list[_Row]:
    if foreseen.learner is None or foreseen.placement is None:
        return []
    return [(LEARNERS, foreseen.learner), (PLACEMENTS, foreseen.placement)]


def _write(database: Session, rows: Sequence[_Row]) -> bool:
    """Whether all of it could be written."""
    whole = [(table, {**_defaults(table), **row}) for table, row in rows]
    statement, names = _all_at_once(*((table, tuple(row)) for table, row in whole))
    values = itertools.chain.from_iterable(row.values() for _table, row in whole)
    try:
        statement.rows(database, dict(zip(names, values, strict=True)))
    except IntegrityError:
        return False
    return True


def _dialect(database: Session) -> str:
    return cast("Engine", database.get_bind()).dialect.name
