"""Lets most of those who launch in by one statement: the login used up, newcomers' rows and the visit.

PostgreSQL runs it whole or not at all, in one round trip with one commit; every key and every unique column
is checked as ever. Whatever stands in the way (a login used up meanwhile, a row made by somebody else) leaves
nothing behind, and the careful way of `opening` says what it was. SQLite has no such statement.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Engine, Insert, Table, bindparam, insert
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

ACTIVITIES = frozenset(
    {TargetKind.PROGRAMME, TargetKind.MODULE, TargetKind.WEBINAR, TargetKind.CALENDAR}
)  # fmt: skip


def _adding(table: Table) -> Insert:
    return insert(table).values(
        {column.name: bindparam(_parameter(table, column.name)) for column in table.c}
    )


def _parameter(table: Table, column: str) -> str:
    return f"{table.name}_{column}"


def _all_at_once(*tables: Table) -> Prepared:
    """Inserts one row into each; what they refer to is checked when all are there."""
    others = (_adding(table).cte(f"new_{table.name}") for table in tables)
    return Prepared(_adding(VISITS).add_cte(*others))


COME_AGAIN = _all_at_once(REPORTS)
NEWCOMER = _all_at_once(REPORTS, LEARNERS, PLACEMENTS)


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
    report = {"id": uuid4(), "detail": "", **report_row(verified.login, report_of(attempt), now)}
    rows = {**_values(REPORTS, report), **_values(VISITS, visit_row(visit, secret))}
    return (visit, secret) if _write(database, rows, foreseen) else None


def _write(database: Session, rows: Mapping[str, Any], foreseen: Foreseen) -> bool:
    """Whether all of it could be written."""
    try:
        if foreseen.learner is None or foreseen.placement is None:
            COME_AGAIN.rows(database, rows)
        else:
            added = _values(LEARNERS, foreseen.learner) | _values(PLACEMENTS, foreseen.placement)
            NEWCOMER.rows(database, {**rows, **added})
    except IntegrityError:
        return False
    return True


def _dialect(database: Session) -> str:
    return cast("Engine", database.get_bind()).dialect.name


def _values(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    prefix = f"{table.name}_"
    return {prefix + column: value for column, value in row.items()}
