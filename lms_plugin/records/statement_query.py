"""Reads statements: one by id, or a page of those that match a filter, by keyset on (stored, id)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_store import WRITERS_LOCK
from lms_plugin.storage import LOCK_WAIT_SECONDS, Instant

Found = tuple[UUID, datetime, str]  # id, stored, body
Condition = ColumnElement[bool]
# A writer holds its lock from the moment it chooses `stored` to its commit (see lock_statements).
WRITER_AT_WORK = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted"
    " AND classid = 0 AND objid = :key"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


LONGEST_WRITE = timedelta(seconds=2 * LOCK_WAIT_SECONDS)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, and the newest `stored` there was when the first page was read."""

    stored: datetime
    id: UUID
    bound: datetime


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """What a reader asked for (xAPI 1.0.3 Communication 2.1.3); agents, verb and activity as index keys."""

    agent: str | None = None
    related_agents: bool = False
    verb: str | None = None
    activity: str | None = None
    related_activities: bool = False
    registration: UUID | None = None
    since: datetime | None = None  # exclusive
    until: datetime | None = None  # inclusive
    ascending: bool = False
    # Only statements of this authority: for readers who may see nothing but their own.
    authority: str | None = None
    origin: str | None = None  # own | client

    @property
    def selects(self) -> bool:
        """Whether it looks at anything but time, so that references count (see `_referring`)."""
        return any((self.agent, self.verb, self.activity, self.registration))


@dataclass(frozen=True, slots=True)
class Page:
    """The bodies in order, and where to read on, if there is more."""

    bodies: tuple[str, ...]
    cursor: Cursor | None


def find_statement(
    database: Session, one: UUID, *, voided: bool, authority: str | None = None
) -> tuple[datetime, str] | None:
    """`stored` and body of the statement with this id, if it is voided or not as asked."""
    query = select(Statement.stored, Statement.body).where(Statement.id == one)
    query = query.where(Statement.voided_by.is_not(None) if voided else Statement.voided_by.is_(None))
    if authority is not None:
        query = query.where(Statement.authority == authority)
    row = database.execute(query).one_or_none()
    return None if row is None else (row.stored, row.body)


def find_page(database: Session, wanted: StatementFilter, limit: int, cursor: Cursor | None = None) -> Page:
    """The next `limit` statements (one or more) that match."""
    bound = cursor.bound if cursor else newest_stored(database)
    if bound is None:
        return Page((), None)
    window = replace(wanted, until=bound if wanted.until is None else min(bound, wanted.until))
    found = _read(database, _matching(window), window, cursor, limit + 1)
    if wanted.selects:
        found |= _read(database, _referring(window), window, cursor, limit + 1)
    ordered = sorted(found.values(), key=lambda row: (row[1], str(row[0])), reverse=not wanted.ascending)
    last = ordered[limit - 1] if len(ordered) > limit else None
    bodies = tuple(body for _id, _stored, body in ordered[:limit])
    return Page(bodies, Cursor(last[1], last[0], bound) if last else None)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of all statements: right after the statement with this `stored` and id."""

    stored: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as it lies in the store: where it stands, its text, whence it came and what voided it."""

    stored: datetime
    id: UUID
    body: str
    origin: str
    voided_by: UUID | None

    @property
    def position(self) -> Position:
        """Where to read on after it."""
        return Position(self.stored, self.id)


def read_on(
    database: Session,
    after: Position | None,
    until: datetime | None,
    wanted: StatementFilter,
    limit: int,
    *,
    voided: bool = False,
) -> tuple[Kept, ...]:
    """The next `limit` statements after a position that match, oldest first, to copy the store in pieces.

    Only up to where the store is complete, so that nothing can come later between two that were read;
    `until` (inclusive) stops earlier. Voided ones come along when asked for. References are not followed: a
    filter here is about the statement itself, except that `wanted.ascending` counts for nothing.
    """
    bound = complete_through(database)
    if bound is None:
        return ()
    last = min(one for one in (bound, until, wanted.until) if one is not None)
    window = replace(wanted, until=last, ascending=True)
    source = _matching(window, voided=voided)
    query = source.query.add_columns(Statement.origin, Statement.voided_by)
    query = query.where(*_within(source, window, after)).order_by(source.stored, source.id).limit(limit)
    rows = database.execute(query)
    return tuple(Kept(row.stored, row.id, row.body, row.origin, row.voided_by) for row in rows)


def complete_through(database: Session) -> datetime | None:
    """A `stored` up to which nothing will come any more: the newest there is; None for an empty store."""
    return newest_stored(database)


def newest_stored(database: Session) -> datetime | None:
    """The newest `stored` there is."""
    return database.scalar(select(func.max(Statement.stored)))


def consistent_through(database: Session, now: datetime) -> datetime | None:
    """The instant up to which a reader sees all there will ever be; None when nothing is known.

    While somebody writes it is the newest `stored`; SQLite cannot tell, so there it lags behind the clock.
    """
    if database.get_bind().dialect.name == "postgresql":
        return newest_stored(database) if database.scalar(WRITER_AT_WORK, {"key": WRITERS_LOCK}) else now
    return max(newest_stored(database) or now - LONGEST_WRITE, now - LONGEST_WRITE)


@dataclass(frozen=True, slots=True)
class _Source:
    """A query with the columns that its order and its page are about."""

    query: Select[UUID, datetime, str]
    stored: InstrumentedAttribute[datetime]
    id: InstrumentedAttribute[UUID]


def _read(
    database: Session, source: _Source, window: StatementFilter, cursor: Cursor | None, limit: int
) -> dict[UUID, Found]:
    query = source.query.where(*_within(source, window, cursor)).limit(limit)
    columns = (source.stored, source.id)
    query = query.order_by(*(column.asc() if window.ascending else column.desc() for column in columns))
    return {row.id: (row.id, row.stored, row.body) for row in database.execute(query)}


def _within(source: _Source, window: StatementFilter, cursor: Cursor | Position | None) -> list[Condition]:
    conditions = [] if window.until is None else [source.stored <= window.until]
    if window.since is not None:
        conditions.append(source.stored > window.since)
    if cursor is not None:
        here = tuple_(source.stored, source.id)
        there = tuple_(bindparam("stored", cursor.stored, Instant()), bindparam("last", cursor.id, Uuid()))
        conditions.append(here > there if window.ascending else here < there)
    return conditions


def _matching(wanted: StatementFilter, *, voided: bool = False) -> _Source:
    """Statements that match by themselves, read through the narrowest index in the order of the page."""
    found = select(Statement.id, Statement.stored, Statement.body)
    if not voided:
        found = found.where(Statement.voided_by.is_(None))
    found = _whose(found, wanted)
    rest = _conditions(wanted, Statement)
    if wanted.agent is not None:
        found = found.join(StatementAgent, StatementAgent.statement_id == Statement.id)
        found = found.where(_agent_row(wanted), *(rest[name] for name in rest if name != "agent"))
        return _Source(found, StatementAgent.stored, StatementAgent.statement_id)
    if wanted.activity is not None:
        found = found.join(StatementActivity, StatementActivity.statement_id == Statement.id)
        found = found.where(_activity_row(wanted), *(rest[name] for name in rest if name != "activity"))
        return _Source(found, StatementActivity.stored, StatementActivity.statement_id)
    return _Source(found.where(*rest.values()), Statement.stored, Statement.id)


def _referring(wanted: StatementFilter) -> _Source:
    """Statements that refer, over however many steps, to one that matches, voided or not."""
    chain = (
        select(Statement.id.label("root"), Statement.refers_to.label("target"))
        .where(Statement.refers_to.is_not(None))
        .cte("chain", recursive=True)
    )
    step, target = aliased(Statement), aliased(Statement)
    further = select(chain.c.root, step.refers_to).join(step, step.id == chain.c.target)
    chain = chain.union(further.where(step.refers_to.is_not(None)))
    roots = select(chain.c.root).join(target, target.id == chain.c.target)
    roots = roots.where(*_conditions(wanted, target).values())
    found = select(Statement.id, Statement.stored, Statement.body)
    found = found.where(Statement.voided_by.is_(None), Statement.id.in_(roots))
    found = _whose(found, wanted)
    return _Source(found, Statement.stored, Statement.id)


def _whose(found: Select[UUID, datetime, str], wanted: StatementFilter) -> Select[UUID, datetime, str]:
    if wanted.authority is not None:
        found = found.where(Statement.authority == wanted.authority)
    return found if wanted.origin is None else found.where(Statement.origin == wanted.origin)


def _conditions(wanted: StatementFilter, statement: type[Statement]) -> Mapping[str, Condition]:
    conditions: dict[str, Condition] = {}
    if wanted.agent is not None:
        row = and_(StatementAgent.statement_id == statement.id, _agent_row(wanted))
        conditions["agent"] = select(StatementAgent.statement_id).where(row).exists()
    if wanted.activity is not None:
        row = and_(StatementActivity.statement_id == statement.id, _activity_row(wanted))
        conditions["activity"] = select(StatementActivity.statement_id).where(row).exists()
    if wanted.verb is not None:
        conditions["verb"] = statement.verb == wanted.verb
    if wanted.registration is not None:
        conditions["registration"] = statement.registration == wanted.registration
    return conditions


def _agent_row(wanted: StatementFilter) -> Condition:
    named = StatementAgent.agent == wanted.agent
    return named if wanted.related_agents else and_(named, StatementAgent.related.is_(False))


def _activity_row(wanted: StatementFilter) -> Condition:
    named = StatementActivity.activity == wanted.activity
    return named if wanted.related_activities else and_(named, StatementActivity.related.is_(False))
