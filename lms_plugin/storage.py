"""The database: tables' base class, engines for SQLite and PostgreSQL, and the unit of writing."""

import contextlib
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from lms_plugin.quick_connections import LONGEST_TRUSTED_PAUSE, QuickConnections

# Named constraints, so that a later revision can drop one on either database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# An error of the database is logged with its statement, never with the values: names and addresses are there.
ENGINE_OPTIONS: dict[str, Any] = {"hide_parameters": True}
LOCK_WAIT_SECONDS = 15
BUSY_TIMEOUT = f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}"
ASKED_SINCE = "asked to write since"  # in Session.info, inside `writing`: time.monotonic() of its beginning


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, without zone where the database has no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: give it a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: always aware, always UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(database_url: str) -> Engine:
    """An engine of our own, for workers and commands."""
    url = prepare_url(database_url)
    engine = create_engine(url, **ENGINE_OPTIONS)
    tune(engine)
    return engine


def prepare_url(database_url: str) -> URL:
    """The URL, with the folder of an SQLite file made."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return url


def tune(engine: Engine) -> None:
    """Gives an SQLite engine WAL, foreign keys, and transactions that begin when we say.

    Of a server, which can go away while a connection idles, it asks whether it is still there: only after a
    pause, as asking before every question would cost as much as the question.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    else:
        event.listen(engine, "checkin", _note_pause)
        event.listen(engine, "checkout", _ping_after_pause)


def quick(engine: Engine) -> QuickConnections | None:
    """Where `prepared` statements run on PostgreSQL: connections of their own; None on SQLite.

    On these nothing is ever rolled back, and plans are made once for all values, by index, whether the
    table's statistics are fresh or not: right for questions by key, wrong for reports. They are closed with
    the engine's own.
    """
    if engine.dialect.name == "sqlite":
        return None
    found = _quick.get(engine)
    if found is not None:
        return found
    with _making:
        return _quick.get(engine) or _make_quick(engine)


_making = threading.Lock()
_quick: weakref.WeakKeyDictionary[Engine, QuickConnections] = weakref.WeakKeyDictionary()


def _make_quick(engine: Engine) -> QuickConnections:
    opener = create_engine(engine.url, **ENGINE_OPTIONS, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    event.listen(opener, "connect", _plan_once)
    made = _quick[engine] = QuickConnections(opener)
    event.listen(engine, "engine_disposed", lambda _engine: made.close())
    weakref.finalize(engine, made.close)
    return made


# In the order of an index there is nothing to sort, and a page ends after its first rows; whoever collects
# all rows and sorts them reads, of a busy activity, fifty thousand for a hundred.
_BY_INDEX = (
    "plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_sort = off",
    "enable_bitmapscan = off", "max_parallel_workers_per_gather = 0", "jit = off",
)  # fmt: skip


def _plan_once(connection: Any, _record: object) -> None:
    connection.autocommit = True
    for setting in _BY_INDEX:
        connection.execute(f"SET {setting}")


def _note_pause(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["since"] = time.monotonic()


def _ping_after_pause(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    if time.monotonic() - record.info.get("since", time.monotonic()) < LONGEST_TRUSTED_PAUSE:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error  # the pool then opens a new one


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions by itself, and late
    connection.execute(BUSY_TIMEOUT)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails under WAL when somebody wrote in between:
    # those that will write take the lock at once.
    immediate = connection.get_execution_options().get("will_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions on the engine; rows stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextlib.contextmanager
def reading(database: Session) -> Iterator[Connection]:
    """A connection for one question, without a transaction around it: no BEGIN, no ROLLBACK to wait for.

    It does not see what the session has not committed.
    """
    engine = cast("Engine", database.get_bind())
    with engine.connect() as connection:
        # SQLite has no server to wait for, and its driver must never be left to begin by itself.
        on_sqlite = engine.dialect.name == "sqlite"
        yield connection if on_sqlite else connection.execution_options(isolation_level="AUTOCOMMIT")


def is_somebody_writing(database: Session) -> bool:
    """On SQLite: whether anybody holds its one lock for writing just now; asked without waiting.

    PostgreSQL has no such lock: False.
    """
    engine = cast("Engine", database.get_bind())
    if engine.dialect.name != "sqlite":
        return False
    with engine.connect() as connection:
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        driver.execute("PRAGMA busy_timeout=0")
        try:
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            driver.execute(BUSY_TIMEOUT)
    return False


@contextlib.contextmanager
def writing(database: Session) -> Iterator[Session]:
    """One unit of work: fresh rows, the write lock where the database has one, all committed or nothing.

    Ends a reading transaction that was open, so that what is read inside is what will be overwritten.
    """
    if database.new or database.dirty or database.deleted:
        raise RuntimeError("unsaved changes before writing() began: move them inside")
    database.rollback()
    database.info[ASKED_SINCE] = time.monotonic()
    try:
        database.connection(execution_options={"will_write": True})
        yield database
        database.commit()
    except BaseException:
        database.rollback()
        raise
    finally:
        database.info.pop(ASKED_SINCE, None)
