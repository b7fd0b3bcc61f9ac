"""The SQL of filters on statements: from which rows a page comes, in the order of the page.

Every value is a parameter with a name, so that a question can be kept and asked again with other values.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, bindparam, false, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_filter import Cursor, Position, StatementFilter
from lms_plugin.records.statement_index import identity
from lms_plugin.storage import Instant

Condition = ColumnElement[bool]
Relation = type[StatementAgent] | type[StatementActivity]


@dataclass(frozen=True, slots=True)
class Source:
    """A query with the columns that its order and its page are about."""

    query: Select[UUID, datetime, str]
    stored: InstrumentedAttribute[datetime]
    id: InstrumentedAttribute[UUID]


def within(source: Source, window: StatementFilter, cursor: Cursor | Position | None) -> list[Condition]:
    """What rows of the source fulfil that lie in the window and after the cursor."""
    conditions = []
    if window.until is not None:
        conditions.append(source.stored <= bindparam("until", window.until, Instant()))
    if window.since is not None:
        conditions.append(source.stored > bindparam("since", window.since, Instant()))
    if cursor is not None:
        here = tuple_(source.stored, source.id)
        there = tuple_(bindparam("last", cursor.stored, Instant()), bindparam("last_id", cursor.id, Uuid()))
        conditions.append(here > there if window.ascending else here < there)
    return conditions


def matching(wanted: StatementFilter, *, voided: bool = False) -> list[Source]:
    """Statements that match by themselves, from whichever rows lie in the order of the page."""
    found = select(Statement.id, Statement.stored, Statement.body)
    if not voided:
        found = found.where(Statement.voided_by.is_(None))
    found = _whose(found, wanted)
    rest = _conditions(wanted, Statement)
    if wanted.agent is not None:
        rest.pop("agent")
        by_agent = [
            _by_relation(found.where(*rest.values()), StatementAgent, _is_agent(wanted.agent), related)
            for related in _parts(wanted.related_agents)
        ]
        vouched = found.where(_vouched(Statement, wanted.agent), *rest.values())
        vouchers = [Source(vouched, Statement.stored, Statement.id)] if wanted.related_agents else []
        return [*by_agent, *vouchers]
    if wanted.activity is not None:
        rest.pop("activity")
        named = _is_activity(wanted.activity)
        return [
            _by_relation(found.where(*rest.values()), StatementActivity, named, related)
            for related in _parts(wanted.related_activities)
        ]
    return [Source(found.where(*rest.values()), Statement.stored, Statement.id)]


def _parts(related: bool) -> tuple[bool, ...]:  # noqa: FBT001 - it is a column's value
    """Direct rows, and related ones when they count; each part lies in the order of the page by itself."""
    return (False, True) if related else (False,)


def _by_relation(
    found: Select[UUID, datetime, str],
    relation: Relation,
    named: Condition,
    related: bool,  # noqa: FBT001
) -> Source:
    joined = found.join(relation, _of_statement(relation, Statement)).where(
        named, relation.related.is_(related)
    )
    return Source(joined, relation.stored, relation.statement_id)


def _of_statement(relation: Relation, statement: type[Statement]) -> Condition:
    # `stored` too, as the index has it before the id.
    return and_(relation.statement_id == statement.id, relation.stored == statement.stored)


def referring(wanted: StatementFilter) -> Source:
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
    return Source(found, Statement.stored, Statement.id)


def _whose(found: Select[UUID, datetime, str], wanted: StatementFilter) -> Select[UUID, datetime, str]:
    if wanted.authority is not None:
        found = found.where(Statement.authority == bindparam("authority", wanted.authority, Text()))
    found = found.where(*wanted.reach.conditions(Statement))
    return (
        found
        if wanted.origin is None
        else found.where(Statement.origin == bindparam("origin", wanted.origin, Text()))
    )


def _in_sight(wanted: StatementFilter, statement: type[Statement]) -> list[Condition]:
    """What a statement fulfils that the reader may read."""
    authority = bindparam("authority", wanted.authority, Text())
    own = [] if wanted.authority is None else [statement.authority == authority]
    return [*own, *wanted.reach.conditions(statement)]


def _conditions(wanted: StatementFilter, statement: type[Statement]) -> dict[str, Condition]:
    conditions: dict[str, Condition] = {}
    if wanted.agent is not None:
        named = _is_agent(wanted.agent)
        there = _has(StatementAgent, named, statement, related=wanted.related_agents)
        vouched = [_vouched(statement, wanted.agent)] if wanted.related_agents else []
        conditions["agent"] = or_(there, *vouched)
    if wanted.activity is not None:
        named = _is_activity(wanted.activity)
        conditions["activity"] = _has(StatementActivity, named, statement, related=wanted.related_activities)
    if wanted.verb is not None:
        conditions["verb"] = statement.verb == bindparam("verb", wanted.verb, Text())
    if wanted.registration is not None:
        conditions["registration"] = statement.registration == bindparam(
            "registration", wanted.registration, Uuid()
        )
    return conditions


def _is_agent(key: str) -> Condition:
    return StatementAgent.agent_id == bindparam("agent_id", identity(key), Uuid())


def _is_activity(key: str) -> Condition:
    return StatementActivity.activity_id == bindparam("activity_id", identity(key), Uuid())


def _vouched(statement: type[Statement], key: str) -> Condition:
    return statement.authority == bindparam("vouched", key, Text())


def _has(relation: Relation, named: Condition, statement: type[Statement], *, related: bool) -> Condition:
    rows = select(relation.statement_id).where(named, _of_statement(relation, statement))
    return rows.where(relation.related.in_([false(), true()] if related else [false()])).exists()
