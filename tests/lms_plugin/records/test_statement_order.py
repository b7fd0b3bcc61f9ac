"""Whoever polls by Consistent-Through misses nothing and gets nothing twice, whoever else is writing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_filter import Position, StatementFilter
from lms_plugin.records.statement_order import (
    announce,
    caught_up,
    complete_through,
    consistent_through,
    next_instant,
)
from lms_plugin.records.statement_query import find_page, read_on
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import ASKED_SINCE, session_factory, writing
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.records.test_statement_store import AUTHORITY, made, store, voided_by, voiding

TICK = timedelta(microseconds=1)
EVERYTHING = StatementFilter(ascending=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def write(database: Session, now: datetime, *statements: dict[str, object]) -> None:
    """Into the transaction that is open."""
    store_statements(database, statements, authority=AUTHORITY, origin="client", now=now)


@contextmanager
def at_work(engine: Engine) -> Iterator[Session]:
    """A transaction that writes and is not done; undone at the end if it is not committed."""
    with session_factory(engine)() as database, ExitStack() as stack:
        stack.callback(database.rollback)
        yield database


@on_postgresql
def test_pages_stop_before_a_writer_that_is_not_done(
    engine: Engine, database: Session, now: datetime
) -> None:
    store(database, made(), now)
    slow, quick = made(), made()
    with at_work(engine) as other:
        write(other, now + timedelta(seconds=1), slow)
        with writing(database):
            write(database, now + timedelta(seconds=2), quick)
        assert consistent_through(database, now + timedelta(days=1)) == now + timedelta(seconds=1) - TICK
        assert len(find_page(database, EVERYTHING, 10).bodies) == 1
        other.commit()
    assert len(find_page(database, EVERYTHING, 10).bodies) == 3


@on_postgresql
def test_writer_that_looked_at_the_clock_early_stores_after_what_was_promised(
    engine: Engine, database: Session, now: datetime
) -> None:
    store(database, made(), now + timedelta(seconds=5))
    promised = complete_through(database)
    with at_work(engine) as late:
        announce(late, now)
        assert promised is not None
        assert next_instant(late, now) > promised


def test_what_nobody_can_add_to_is_consistent(database: Session, now: datetime) -> None:
    assert consistent_through(database, now) < now
    store(database, made(), now)
    assert consistent_through(database, now) == now
    assert consistent_through(database, now + timedelta(hours=1)) > now


@on_sqlite
def test_nothing_newer_is_promised_while_somebody_has_the_lock(
    engine: Engine, database: Session, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    with at_work(engine) as other, writing(other):
        assert consistent_through(database, later) < now
        write(other, now, made())
    with at_work(engine) as other, writing(other):
        assert consistent_through(database, later) == now
    assert now < consistent_through(database, later) < later


def test_poller_gets_everything_once_in_order(engine: Engine) -> None:
    wanted = [[made() for _ in range(30)] for _ in range(4)]
    with ThreadPoolExecutor(len(wanted)) as pool, session_factory(engine)() as database:
        writers = [pool.submit(_write_one_by_one, engine, statements) for statements in wanted]
        seen: list[Position] = []
        while not all(writer.done() for writer in writers):
            seen += _next(database, seen)
        while page := _next(database, seen):
            seen += page
    assert [writer.exception() for writer in writers] == [None] * len(wanted)
    assert [(one.stored, one.id) for one in seen] == sorted((one.stored, one.id) for one in seen)
    assert sorted(str(one.id) for one in seen) == sorted(one["id"] for batch in wanted for one in batch)


def _write_one_by_one(engine: Engine, statements: list[dict[str, object]]) -> None:
    """Now and then as the recorder does, whose clock was read long before; some commits take a while."""
    with session_factory(engine)() as database:
        for number, statement in enumerate(statements):
            with writing(database):
                moment = datetime.now(UTC)
                if number % 5 == 0:
                    announce(database, moment - timedelta(seconds=1))
                    moment = next_instant(database, moment - timedelta(seconds=1))
                write(database, moment, statement)
                if number % 3 == 0 and engine.dialect.name == "postgresql":
                    database.execute(text("SELECT pg_sleep(0.004)"))


def _next(database: Session, seen: list[Position]) -> list[Position]:
    page = read_on(database, seen[-1] if seen else None, None, EVERYTHING, 7)
    database.rollback()
    return [one.position for one in page]


@on_postgresql
def test_voiding_and_its_target_at_the_same_time_do_not_pass_by(
    engine: Engine, database: Session, now: datetime
) -> None:
    target = made()
    with at_work(engine) as first:
        write(first, now, target)
        voider = threading.Thread(target=_void, args=(engine, target["id"], now + TICK))
        voider.start()
        voider.join(0.2)
        assert voider.is_alive()
        first.commit()
    voider.join(10)
    assert voided_by(database, target["id"]) is not None


def _void(engine: Engine, target: str, now: datetime) -> None:
    with session_factory(engine)() as database, writing(database):
        write(database, now, voiding(target))


def test_writer_that_waited_stores_later_than_what_was_promised_meanwhile(
    engine: Engine, database: Session
) -> None:
    """The clock is read, then others are waited for: on SQLite up to fifteen seconds, for the one lock."""
    looked = datetime.now(UTC) - timedelta(seconds=20)
    with writing(database):
        database.info[ASKED_SINCE] -= 20
        promised = consistent_through_of_another(engine, looked + timedelta(seconds=19))
        write(database, looked, made())
    stored = database.scalar(select(Statement.stored))
    assert stored is not None
    assert promised < stored <= datetime.now(UTC)


def consistent_through_of_another(engine: Engine, now: datetime) -> datetime:
    """What a reader is told while somebody else waits to write."""
    with session_factory(engine)() as database:
        return consistent_through(database, now)


def test_who_looks_at_the_clock_after_waiting_stores_at_once(database: Session) -> None:
    with writing(database):
        database.info[ASKED_SINCE] -= 20
        looked = datetime.now(UTC)
        assert looked <= caught_up(database, looked) <= datetime.now(UTC)
    looked = datetime(2026, 11, 23, tzinfo=UTC)
    with writing(database):
        assert caught_up(database, looked) == looked
