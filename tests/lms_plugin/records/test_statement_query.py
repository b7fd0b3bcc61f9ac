"""The store is read piece by piece, in its own order, each statement once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lms_plugin.records.statement_filter import Position, StatementFilter
from lms_plugin.records.statement_index import agent_key
from lms_plugin.records.statement_query import read_on
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import writing
from tests.lms_plugin.records.test_statement_store import AUTHORITY, made, voiding


def stored(database: Session, now: datetime, *statements: dict[str, object]) -> list[str]:
    """Stores them in one batch and returns their ids."""
    with writing(database):
        store_statements(database, statements, authority=AUTHORITY, origin="client", now=now)
    return [str(one["id"]) for one in statements]


def read_all(database: Session, wanted: StatementFilter, **options: bool) -> list[str]:
    """Ids of everything, two at a time."""
    found: list[str] = []
    after: Position | None = None
    while page := read_on(database, after, None, wanted, 2, **options):
        found += [str(one.id) for one in page]
        after = page[-1].position
    return found


@pytest.mark.parametrize("agent", [None, {"mbox": "mailto:a@example.it"}])
def test_everything_is_read_once_in_order(
    database: Session, now: datetime, agent: dict[str, str] | None
) -> None:
    actor = {"mbox": "mailto:a@example.it"}
    ids = stored(database, now, *(made(actor=actor) for _ in range(5)))
    wanted = StatementFilter(agent=agent_key(agent) if agent else None)
    assert read_all(database, wanted) == ids


def test_voided_ones_come_when_asked_for(database: Session, now: datetime) -> None:
    target = made()
    ids = stored(database, now, target, voiding(target["id"]))
    assert read_all(database, StatementFilter()) == ids[1:]
    assert read_all(database, StatementFilter(), voided=True) == ids


def test_reading_stops_at_the_instant_given(database: Session, now: datetime) -> None:
    first = stored(database, now, made())
    stored(database, now + timedelta(seconds=1), made())
    page = read_on(database, None, now, StatementFilter(), 10)
    assert [str(one.id) for one in page] == first
    assert read_on(database, page[-1].position, now, StatementFilter(), 10) == ()
