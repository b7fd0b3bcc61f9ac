"""Reads statements: one by id, or a page of those that match a filter, by keyset on (stored, id)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, exists, null, select, union_all
from sqlalchemy.orm import Session

from lms_plugin.prepared import Prepared
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_filter import Cursor, Position, StatementFilter
from lms_plugin.records.statement_index import identity
from lms_plugin.records.statement_order import complete_through
from lms_plugin.records.statement_reach import EVERYTHING, Reach
from lms_plugin.records.statement_sources import Source, matching, referring, within

Found = tuple[UUID, datetime, str]  # id, stored, body
_order = itemgetter(1, 0)  # by `stored`, then id


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
    """The next `limit` statements (one or more) that match, of those that are committed.

    The pages end at `bound`, which is up to where the store is complete unless the caller has asked that.
    """
    bound = cursor.bound if cursor else bound or complete_through(database)
    if bound is None:
        return Page((), None)
    window = replace(wanted, until=bound if wanted.until is None else min(bound, wanted.until))
    found = _found(database, window, cursor, limit + 1)
    ordered = sorted(found.values(), key=_order, reverse=not wanted.ascending)
    last = ordered[limit - 1] if len(ordered) > limit else None
    bodies = tuple(body for _id, _stored, body in ordered[:limit])
    return Page(bodies, Cursor(last[1], last[0], bound) if last else None)


def _found(
    database: Session, window: StatementFilter, cursor: Cursor | None, limit: int
) -> dict[UUID, Found]:
    rows = _ask(database, window, cursor, limit)
    found = {row[0]: row for row in rows}
    # Most stores have no reference: then the question that follows them need not be made.
    if found.pop(None, None) is not None:
        query = _in_order(referring(window), window, cursor, limit)
        found |= {row[0]: (row[0], row[1], row[2]) for row in database.execute(query)}
    return found


def _ask(database: Session, window: StatementFilter, cursor: Cursor | None, limit: int) -> Iterable[Any]:
    """Rows of those that match by themselves; one without an id when some statement refers to another."""
    few = window.verb or window.authority or window.related_agents
    if few or window.reach != EVERYTHING:
        # Prepared statements are planned for no value in particular: wrong for all below an IRI, and for
        # verbs and authorities, of which there are few: a rare one would be looked for in the whole store.
        return database.execute(_page_query(window, cursor, limit)).all()
    shape = _shape(window, cursor)
    asked = _kept_questions.get(shape)
    if asked is None:
        asked = _kept_questions[shape] = Prepared(_page_query(window, cursor, limit))
    return asked.rows(database, _values(window, cursor, limit))


# One for each combination of filters that was asked for, not for each value.
_kept_questions: dict[tuple[bool, ...], Prepared] = {}


def _shape(window: StatementFilter, cursor: Cursor | None) -> tuple[bool, ...]:
    given = (window.agent, window.verb, window.activity, window.registration, window.since)
    more = (window.authority, window.origin, cursor)
    switches = (window.related_agents, window.related_activities, window.ascending)
    return (*(one is not None for one in (*given, *more)), *switches)


def _values(window: StatementFilter, cursor: Cursor | None, limit: int) -> Mapping[str, Any]:
    return {
        "agent_id": None if window.agent is None else identity(window.agent),
        "vouched": window.agent,
        "activity_id": None if window.activity is None else identity(window.activity),
        "verb": window.verb,
        "registration": window.registration,
        "since": window.since,
        "until": window.until,
        "authority": window.authority,
        "origin": window.origin,
        "last": cursor and cursor.stored,
        "last_id": cursor and cursor.id,
        "limit": limit,
    }


def _page_query(window: StatementFilter, cursor: Cursor | None, limit: int) -> Any:
    """One question for all of it: each part in the order of the page and no longer than that."""
    parts = [_in_order(source, window, cursor, limit).subquery() for source in matching(window)]
    if not window.selects:
        return select(*parts[0].c)
    any_reference = select(null(), null(), null()).where(exists().where(Statement.refers_to.is_not(None)))
    return union_all(*(select(*part.c) for part in parts), any_reference)


def _in_order(
    source: Source, window: StatementFilter, cursor: Cursor | None, limit: int
) -> Select[UUID, datetime, str]:
    columns = (source.stored, source.id)
    query = source.query.where(*within(source, window, cursor))
    query = query.order_by(*(column.asc() if window.ascending else column.desc() for column in columns))
    return query.limit(bindparam("limit", limit, Integer()))


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
    for source in matching(window, voided=voided):
        query = source.query.add_columns(Statement.origin, Statement.voided_by)
        query = query.where(*within(source, window, after)).order_by(source.stored, source.id).limit(limit)
        found |= {row.id: Kept(*row) for row in database.execute(query)}
    return tuple(sorted(found.values(), key=lambda one: (one.stored, one.id))[:limit])
