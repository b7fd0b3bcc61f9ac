"""In which order statements become visible, while several writers are at work at once.

A writer announces itself before it chooses `stored`, and then chooses one later than every statement that
it can see. A reader reads no further than the newest statement there is, and stops before whatever a writer
at work may still bring. So `stored` grows for every reader, and writers commit side by side.

On PostgreSQL the announcement is an advisory lock whose number is an instant before the writer's `stored`; it
goes with the transaction, however that ends. SQLite has one writer at a time, who needs no announcement.
See docs/decisions/0007-writers-announce-themselves.md.
"""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, column, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from lms_plugin.prepared import Prepared
from lms_plugin.records.statement import Statement
from lms_plugin.storage import ASKED_SINCE, Instant, is_somebody_writing

TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The upper 12 bits of an announcement, the lower 52 are microseconds since 1970 (until 2112).
ANNOUNCEMENT = 0x5A1
INSTANT_BITS = 52
VOIDING_LOCK = 0x78415049  # "xAPI": any number will do, as long as nobody else uses it
# The longest that a writer takes from looking at the clock to its announcement, or on SQLite to its lock.
# Only Consistent-Through leans on it, pages do not; half a minute made clients wait for their own writes.
LONGEST_WRITE = timedelta(seconds=8)
SHORT_WAIT = timedelta(seconds=1)  # counts for nothing beside that

_SHARED = "pg_advisory_xact_lock_shared"
_ANNOUNCE = text(f"SELECT {_SHARED}(:announcement)")
_ENTER = {
    False: Prepared(text(f"SELECT {_SHARED}(:voiding), {_SHARED}(:announcement)").columns()),
    True: Prepared(text("SELECT pg_advisory_xact_lock(:voiding)").columns()),
}
# The oldest announcement but our own. Two int4 of the lock are the halves of the number.
_OURS = f"objsubid = 1 AND classid::bigint >> 20 = {ANNOUNCEMENT} AND pid <> pg_backend_pid()"
_HERE = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
_NUMBER = "(classid::bigint << 32) | objid::bigint"
_LOCKS = f"pg_locks WHERE locktype = 'advisory' AND granted AND {_OURS} AND {_HERE}"
ANNOUNCED = f"(SELECT min({_NUMBER}) FROM {_LOCKS})"  # noqa: S608 - our own words
_COMPLETE_POSTGRESQL = text(
    f"SELECT (SELECT max(stored) FROM statements) AS newest, {ANNOUNCED} AS announced"  # noqa: S608 - as above
)
_NEWEST = select(func.max(Statement.stored))
_KEPT_NEWEST = Prepared(_NEWEST)
_KEPT_COMPLETE = Prepared(
    _COMPLETE_POSTGRESQL.columns(column("newest", Instant), column("announced", BigInteger))
)


def announce(database: Session, now: datetime) -> None:
    """Says that this transaction will store statements, none of them before `now`; call it before looking."""
    if on_postgresql(database):
        database.execute(_ANNOUNCE, {"announcement": _announcement(now)})


def enter(database: Session, now: datetime) -> None:
    """Announces a writer of statements that void no other; such may be at work at the same time."""
    if on_postgresql(database):
        _ENTER[False].inside(database, {"voiding": VOIDING_LOCK, "announcement": _announcement(now)})


def enter_alone(database: Session) -> None:
    """Waits until nobody stores, and keeps the others out until the transaction ends.

    For a statement that voids another: at the same time as its target it would pass by it unseen. SQLite
    has one writer anyway. Take it after every other lock of the transaction.
    """
    if on_postgresql(database):
        _ENTER[True].inside(database, {"voiding": VOIDING_LOCK})


def on_postgresql(database: Session) -> bool:
    """Whether several may write at once here."""
    return database.get_bind().dialect.name == "postgresql"


def _announcement(now: datetime) -> int:
    return ANNOUNCEMENT << INSTANT_BITS | (now - TICK - EPOCH) // TICK


def caught_up(database: Session, now: datetime) -> datetime:
    """`now`, later by what the caller has waited since its `writing` began: call it after the last lock.

    A writer that looked at the clock, and then waited for others longer than a promise reaches back (see
    `consistent_through`), would store before what readers were told is complete. Never later than the clock
    says, so nothing changes for who looked at it after waiting.
    """
    asked = database.info.get(ASKED_SINCE)
    waited = timedelta(seconds=time.monotonic() - asked) if asked is not None else timedelta()
    return now if waited < SHORT_WAIT else min(now + waited, max(now, datetime.now(UTC)))


def next_instant(database: Session, now: datetime) -> datetime:
    """An instant for `stored` not before `now` and later than all that is there; after `announce`."""
    return after(database.scalar(_NEWEST), now)


def after(newest: datetime | None, now: datetime) -> datetime:
    """`now`, or just after the newest stored statement where that is not earlier."""
    return now if newest is None or newest < now else newest + TICK


def complete_through(database: Session) -> datetime | None:
    """A `stored` up to which nothing will come any more; None while there is nothing to be read.

    What is read afterwards, in a later question, is complete up to there.
    """
    return _complete(*_newest_and_announced(database.connection()))


def consistent_through(database: Session, now: datetime) -> datetime:
    """The instant up to which a reader sees all there will ever be.

    That is the newest statement, or eight seconds ago when nobody is at work; earlier while somebody is.
    """
    if on_postgresql(database):
        newest, announced = _KEPT_COMPLETE.rows(database, {})[0]
    else:
        newest, announced = _KEPT_NEWEST.rows(database, {})[0][0], None
    if (newest is None or newest < now - LONGEST_WRITE) and is_somebody_writing(database):
        return newest or EPOCH  # on SQLite: who holds the lock may have looked at the clock before that
    return promise(newest, announced, now)


def promise(newest: datetime | None, announced: int | None, now: datetime) -> datetime:
    """The same, of what somebody has looked up already: in one question, before any other."""
    complete, ago = _complete(newest, announced), now - LONGEST_WRITE
    if complete is None:
        return ago
    return max(complete, ago) if announced is None else complete


def _newest_and_announced(connection: Connection) -> tuple[datetime | None, int | None]:
    if connection.dialect.name != "postgresql":
        return connection.execute(_NEWEST).scalar(), None
    row = connection.execute(_COMPLETE_POSTGRESQL).one()
    return row.newest, row.announced


def _complete(newest: datetime | None, announced: int | None) -> datetime | None:
    if announced is None or newest is None:
        return newest
    return min(newest, EPOCH + (announced & ((1 << INSTANT_BITS) - 1)) * TICK)
