"""Writes statements: all of a batch or none, one id one content, voiding whichever of the two came first."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    String,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms_plugin.errors import Refusal
from lms_plugin.prepared import Prepared
from lms_plugin.records.known_activities import define, merged
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_equality import same_statement
from lms_plugin.records.statement_form import kept_form
from lms_plugin.records.statement_index import agent_key, reference
from lms_plugin.records.statement_memory import ERASURES, Memory, memory_of
from lms_plugin.records.statement_order import (
    ANNOUNCED,
    TICK,
    after,
    announce,
    caught_up,
    enter,
    enter_alone,
    on_postgresql,
    promise,
)
from lms_plugin.records.statement_reach import EVERYTHING, Reach
from lms_plugin.records.statement_rows import Kept, Rows, insert_known, insert_statements

Json = Mapping[str, Any]
Attribute = InstrumentedAttribute[Any]
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
OWN = "own"  # the origin of statements that follow from our evidence


class StatementConflict(Refusal):
    """Another statement with this id and different content is stored already."""

    code = "statement_conflict"
    status = 409


class StatementProtected(Refusal):
    """A client wants to void what follows from our evidence; that is corrected by new evidence only."""

    code = "statement_protected"
    status = 403


def store_statement(
    database: Session, statement: Json, *, authority: Json, origin: str, stored: datetime
) -> bool:
    """Stores one valid statement that has an id, with exactly this `stored`, inside the caller's `writing`.

    Returns True when it is new, False when the same was there; raises StatementConflict when another was.
    """
    enter_alone(database)
    return bool(store_as_of(database, [(statement, authority, stored)], origin))


def store_as_of(database: Session, statements: Sequence[tuple[Json, Json, datetime]], origin: str) -> int:
    """Stores statements, each by its authority and with exactly its `stored`; call after `enter_alone`.

    All go in with one look and one insert for each table. Returns how many were new; raises
    StatementConflict, with nothing stored, when one differs from what its id already stands for.
    """
    kept = [_kept(*one) for one in statements]
    if not kept:
        return 0
    # Nothing is remembered: what this transaction has written before may yet be undone.
    return _store(kept, _look(database, [one.id for one in kept], origin), database, origin, Memory(0))


def store_statements(
    database: Session,
    statements: Sequence[Json],
    *,
    authority: Json,
    origin: str,
    now: datetime,
    learns: Reach | None = EVERYTHING,
) -> datetime:
    """Stores a batch of valid statements with distinct ids, in a `writing` of their own.

    `stored` is `now` or later. Of agents and activities beyond `learns` (all of them for None) nothing is
    learnt but that they are there (scope `define`, Communication 4.2). Returns an instant up to which all is
    stored. Raises StatementConflict, with nothing stored, when one differs from what its id stands for.
    """
    if any(_is_voiding(statement) for statement in statements):
        enter_alone(database)
        announce(database, now)
    else:
        enter(database, now)
    there = _look(database, [UUID(statement["id"]) for statement in statements], origin)
    first = after(there.newest, caught_up(database, now))
    kept = [_kept(one, authority, first + place * TICK) for place, one in enumerate(statements)]
    _store(kept, there, database, origin, memory_of(database, there.erasures), learns=learns)
    return promise(there.newest, there.announced, now)


def _kept(statement: Json, authority: Json, stored: datetime) -> Kept:
    form = kept_form(statement, authority=authority, stored=stored)
    return Kept(UUID(form["id"]), stored, agent_key(authority) or "", form)


@dataclass(frozen=True, slots=True)
class _There:
    """What the database has already of what matters to a batch."""

    newest: datetime | None
    announced: int | None  # see `statement_order`
    erasures: int | None  # see `statement_memory`
    bodies: Mapping[UUID, str]
    voiders: Mapping[UUID, UUID]  # of which statement, by which


def _look_query(
    among: Callable[[Attribute], ColumnElement[bool]],
    announced: ColumnElement[Any],
    erasures: ColumnElement[Any],
) -> CompoundSelect[Any]:
    """One look for all of it: every statement sent to the database costs as much as many rows."""
    no_id, no_body = cast(null(), Uuid()), cast(null(), Text())
    columns = (func.max(Statement.stored).label("stored"), no_id.label("id"), no_id.label("refers_to"))
    state = (announced.label("announced"), erasures.label("erasures"))
    newest = select(*columns, no_body.label("body"), *state)
    no_state = (null(), null())
    same = select(Statement.stored, Statement.id, no_id, Statement.body, *no_state)
    same = same.where(among(Statement.id))
    # A client cannot hide beforehand what will follow from our evidence.
    heard = or_(Statement.origin == bindparam("origin"), bindparam("origin") != OWN)
    voiders = select(Statement.stored, Statement.id, Statement.refers_to, no_body, *no_state)
    voiders = voiders.where(among(Statement.refers_to), Statement.verb == VOIDED, heard)
    return newest.union_all(same, voiders)


# The ids go as one value: as a parameter each they are slow to prepare, and SQLite ends at 32,766.
_LOOK_POSTGRESQL = Prepared(
    _look_query(
        lambda column: column == any_(bindparam("ids", type_=ARRAY(Uuid()))),
        literal_column(ANNOUNCED),
        ERASURES,
    )
)
_IDS_OF_SQLITE = select(func.json_each(bindparam("ids")).table_valued("value", name="ids").c.value)
_LOOK_SQLITE = Prepared(
    _look_query(lambda column: type_coerce(column, String()).in_(_IDS_OF_SQLITE), null(), null())
)


def _look(database: Session, ids: Sequence[UUID], origin: str) -> _There:
    if on_postgresql(database):
        rows = _LOOK_POSTGRESQL.inside(database, {"ids": ids, "origin": origin})
    else:
        texts = json.dumps([one.hex for one in ids])
        rows = _LOOK_SQLITE.inside(database, {"ids": texts, "origin": origin})
    newest, announced, erasures = next((row[0], *row[4:]) for row in rows if row[1] is None)
    bodies = {row[1]: row[3] for row in rows if row[3] is not None}
    voiders = {row[2]: row[1] for row in rows if row[2] is not None}
    return _There(newest, announced, erasures, bodies, voiders)


def _store(
    kept: Sequence[Kept],
    there: _There,
    database: Session,
    origin: str,
    memory: Memory,
    *,
    learns: Reach | None = EVERYTHING,
) -> int:
    """Inserts those that are new and returns how many they were."""
    _require_same(there.bodies, kept)
    new = {one.id: one for one in kept if one.id not in there.bodies}
    if not new:
        return 0
    voiding = {target: one.id for one in new.values() if (target := _voided(one.statement))}
    voiders = {**there.voiders, **voiding}
    rows = Rows()
    for one in new.values():
        # A voiding statement cannot be voided (Data 2.3.2).
        rows.add(one, origin, None if _is_voiding(one.statement) else voiders.get(one.id))
    if learns is None:
        rows.names.clear()
        rows.definitions.clear()
    elif learns != EVERYTHING:
        rows.learn_only(learns)
    connection = database.connection()
    insert_known(connection, rows, memory.rows)
    define(database, _definitions(rows), ours=origin == OWN, nothing_new=memory.definitions)
    inserted = insert_statements(connection, rows)
    if len(inserted) < len(new):
        # Another writer had them first, and has committed by now.
        overtaken = [one for one in kept if one.id in new.keys() - inserted]
        _require_same(_look(database, [one.id for one in overtaken], origin).bodies, overtaken)
    _void(database, voiding, origin)
    return len(inserted)


def _require_same(bodies: Mapping[UUID, str], given: Sequence[Kept]) -> None:
    for one in given if bodies else ():
        if one.id in bodies and not same_statement(json.loads(bodies[one.id]), one.statement):
            raise StatementConflict(f"{one.id} is stored with other content")


def _definitions(rows: Rows) -> dict[UUID, dict[str, Any]]:
    """What the batch says about each activity, merged in its order."""
    return {one: functools.reduce(merged, told, {}) for one, told in rows.definitions.items()}


def _voided(statement: Json) -> UUID | None:
    return reference(statement) if _is_voiding(statement) else None


def _is_voiding(statement: Json) -> bool:
    return bool(statement["verb"]["id"] == VOIDED)


def _void(database: Session, targets: Mapping[UUID, UUID], origin: str) -> None:
    """Marks the targets that came in earlier requests; `targets` says which is voided by which."""
    if not targets:
        return
    found = select(Statement.id, Statement.origin).where(Statement.id.in_(targets), Statement.verb != VOIDED)
    for target, origin_of_target in database.execute(found).all():
        if origin_of_target == OWN and origin != OWN:
            raise StatementProtected(f"{target} follows from evidence")
        unvoided = update(Statement).where(Statement.id == target, Statement.voided_by.is_(None))
        database.execute(unvoided.values(voided_by=targets[target]))
