"""Reads statements: one by id, or a page of those that match a filter, by keyset on (stored, id)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_index import identity
from lms_plugin.records.statement_order import complete_through
from lms_plugin.records.statement_reach import EVERYTHING, Reach
from lms_plugin.storage import Instant

Found = tuple[UUID, datetime, str]  # id, stored, body
Condition = ColumnElement[bool]
_ANY_REFERENCE = text("SELECT 1 FROM statements WHERE refers_to IS NOT NULL LIMIT 1")
Relation = type[StatementAgent] | type[StatementActivity]


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
    # How far the reader sees.
    reach: Reach = EVERYTHING

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
    database: Session, one: UUID, *, voided: bool, authority: str | None = None, reach: Reach = EVERYTHING
) -> tuple[datetime, str] | None:
    """`stored` and body of the statement with this id, if it is voided or not as asked."""
    query = select(Statement.stored, Statement.body).where(Statement.id == one)
    query = query.where(Statement.voided_by.is_not(None) if voided else Statement.voided_by.is_(None))
    if authority is not None:
        query = query.where(Statement.authority == authority)
    query = query.where(*reach.conditions(Statement))
    row = database.execute(query).one_or_none()
    return None if row is None else (row.stored, row.body)


def find_page(
    database: Session,
    wanted: StatementFilter,
    limit: int,
    cursor: Cursor | None = None,
    bound: datetime | None = None,
) -> Page:
    """The next `limit` statements (one or more) that match.

    The pages end at `bound`, which is up to where the store is complete unless the caller has asked that.
    """
    bound = cursor.bound if cursor else bound or complete_through(database)
    if bound is None:
        return Page((), None)
    window = replace(wanted, until=bound if wanted.until is None else min(bound, wanted.until))
    sources = _matching(window)
    # Most stores have none: then the question that follows references need not be made.
    if wanted.selects and database.execute(_ANY_REFERENCE).first() is not None:
        sources.append(_referring(window))
    found: dict[UUID, Found] = {}
    for source in sources:
        found |= _read(database, source, window, cursor, limit + 1)
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

    id: UUID
    stored: datetime
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
    found: dict[UUID, Kept] = {}
    for source in _matching(window, voided=voided):
        query = source.query.add_columns(Statement.origin, Statement.voided_by)
        query = query.where(*_within(source, window, after)).order_by(source.stored, source.id).limit(limit)
        found |= {row.id: Kept(*row) for row in database.execute(query)}
    return tuple(sorted(found.values(), key=lambda one: (one.stored, one.id))[:limit])


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


def _matching(wanted: StatementFilter, *, voided: bool = False) -> list[_Source]:
    """Statements that match by themselves, from whichever rows lie in the order of the page."""
    found = select(Statement.id, Statement.stored, Statement.body)
    if not voided:
        found = found.where(Statement.voided_by.is_(None))
    found = _whose(found, wanted)
    rest = _conditions(wanted, Statement)
    if wanted.agent is not None:
        rest.pop("agent")
        agent = identity(wanted.agent)
        by_agent = [
            _by_relation(
                found.where(*rest.values()), StatementAgent, StatementAgent.agent_id == agent, related
            )
            for related in _parts(wanted.related_agents)
        ]
        vouched = found.where(Statement.authority == wanted.agent, *rest.values())
        vouchers = [_Source(vouched, Statement.stored, Statement.id)] if wanted.related_agents else []
        return [*by_agent, *vouchers]
    if wanted.activity is not None:
        rest.pop("activity")
        named = StatementActivity.activity_id == identity(wanted.activity)
        return [
            _by_relation(found.where(*rest.values()), StatementActivity, named, related)
            for related in _parts(wanted.related_activities)
        ]
    return [_Source(found.where(*rest.values()), Statement.stored, Statement.id)]


def _parts(related: bool) -> tuple[bool, ...]:  # noqa: FBT001 - it is a column's value
    """Direct rows, and related ones when they count; each part lies in the order of the page by itself."""
    return (False, True) if related else (False,)


def _by_relation(
    found: Select[UUID, datetime, str],
    relation: Relation,
    named: Condition,
    related: bool,  # noqa: FBT001
) -> _Source:
    joined = found.join(relation, _of_statement(relation, Statement)).where(
        named, relation.related.is_(related)
    )
    return _Source(joined, relation.stored, relation.statement_id)


def _of_statement(relation: Relation, statement: type[Statement]) -> Condition:
    # `stored` too, as the index has it before the id.
    return and_(relation.statement_id == statement.id, relation.stored == statement.stored)


def _referring(wanted: StatementFilter) -> _Source:
    """Statements that refer, over however many steps, to one that matches, voided or not.

    That one has to be within the reader's sight too: who may not read it must not learn by a reference of
    their own what it says.
    """
    chain = (
        select(Statement.id.label("root"), Statement.refers_to.label("target"))
        .where(Statement.refers_to.is_not(None))
        .cte("chain", recursive=True)
    )
    step, target = aliased(Statement), aliased(Statement)
    further = select(chain.c.root, step.refers_to).join(step, step.id == chain.c.target)
    chain = chain.union(further.where(step.refers_to.is_not(None)))
    roots = select(chain.c.root).join(target, target.id == chain.c.target)
    roots = roots.where(*_conditions(wanted, target).values(), *_in_sight(wanted, target))
    found = select(Statement.id, Statement.stored, Statement.body)
    found = found.where(Statement.voided_by.is_(None), Statement.id.in_(roots))
    found = _whose(found, wanted)
    return _Source(found, Statement.stored, Statement.id)


def _whose(found: Select[UUID, datetime, str], wanted: StatementFilter) -> Select[UUID, datetime, str]:
    found = found.where(*_in_sight(wanted, Statement))
    return found if wanted.origin is None else found.where(Statement.origin == wanted.origin)


def _in_sight(wanted: StatementFilter, statement: type[Statement]) -> list[Condition]:
    """What a statement fulfils that the reader may read."""
    own = [] if wanted.authority is None else [statement.authority == wanted.authority]
    return [*own, *wanted.reach.conditions(statement)]


def _conditions(wanted: StatementFilter, statement: type[Statement]) -> dict[str, Condition]:
    conditions: dict[str, Condition] = {}
    if wanted.agent is not None:
        named = StatementAgent.agent_id == identity(wanted.agent)
        there = _has(StatementAgent, named, statement, related=wanted.related_agents)
        vouched = [statement.authority == wanted.agent] if wanted.related_agents else []
        conditions["agent"] = or_(there, *vouched)
    if wanted.activity is not None:
        named = StatementActivity.activity_id == identity(wanted.activity)
        conditions["activity"] = _has(StatementActivity, named, statement, related=wanted.related_activities)
    if wanted.verb is not None:
        conditions["verb"] = statement.verb == wanted.verb
    if wanted.registration is not None:
        conditions["registration"] = statement.registration == wanted.registration
    return conditions


def _has(relation: Relation, named: Condition, statement: type[Statement], *, related: bool) -> Condition:
    rows = select(relation.statement_id).where(named, _of_statement(relation, statement))
    return rows.where(relation.related.in_(_parts(related))).exists()
