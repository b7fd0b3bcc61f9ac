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
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms_plugin.errors import Refusal
from lms_plugin.records.known_activities import define, merged
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_equality import same_statement
from lms_plugin.records.statement_form import kept_form
from lms_plugin.records.statement_index import reference
from lms_plugin.records.statement_order import TICK, after, announce, enter, enter_alone
from lms_plugin.records.statement_rows import Rows, insert_known, insert_statements

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
    kept = kept_form(statement, authority=authority, stored=stored)
    return bool(_store([kept], _look(database, [kept], origin), database, origin))


def store_statements(
    database: Session,
    statements: Sequence[Json],
    *,
    authority: Json,
    origin: str,
    now: datetime,
    defines: bool = True,
) -> None:
    """Stores a batch of valid statements with distinct ids, inside the caller's `writing`.

    `stored` is `now` or later. Without `defines` nothing is learnt from them about agents and activities but
    that they are there (scope `define`, Communication 4.2). Raises StatementConflict, with nothing stored,
    when one differs from what its id already stands for.
    """
    if not statements:
        return
    if any(_is_voiding(statement) for statement in statements):
        enter_alone(database)
        announce(database, now)
    else:
        enter(database, now)
    there = _look(database, statements, origin)
    first = after(there.newest, now)
    kept = [
        kept_form(statement, authority=authority, stored=first + place * TICK)
        for place, statement in enumerate(statements)
    ]
    _store(kept, there, database, origin, defines=defines)


@dataclass(frozen=True, slots=True)
class _There:
    """What the database has already of what matters to a batch."""

    newest: datetime | None
    bodies: Mapping[UUID, str]
    voiders: Mapping[UUID, UUID]  # of which statement, by which


def _look_query(
    among: Callable[[Attribute], ColumnElement[bool]],
) -> CompoundSelect[datetime, UUID, UUID, str]:
    """One look for all of it: every statement sent to the database costs as much as many rows."""
    no_id, no_body = literal(None, Uuid()), literal(None, Text())
    columns = (func.max(Statement.stored).label("stored"), no_id.label("id"), no_id.label("refers_to"))
    newest = select(*columns, no_body.label("body"))
    same = select(Statement.stored, Statement.id, no_id, Statement.body).where(among(Statement.id))
    # A client cannot hide beforehand what will follow from our evidence.
    heard = or_(Statement.origin == bindparam("origin"), bindparam("origin") != OWN)
    voiders = select(Statement.stored, Statement.id, Statement.refers_to, no_body)
    voiders = voiders.where(among(Statement.refers_to), Statement.verb == VOIDED, heard)
    return newest.union_all(same, voiders)


# The ids go as one value: as a parameter each they are slow to prepare, and SQLite ends at 32,766.
_LOOK_POSTGRESQL = _look_query(lambda column: column == any_(bindparam("ids", type_=ARRAY(Uuid()))))
_IDS_OF_SQLITE = select(func.json_each(bindparam("ids")).table_valued("value", name="ids").c.value)
_LOOK_SQLITE = _look_query(lambda column: type_coerce(column, String()).in_(_IDS_OF_SQLITE))


def _look(database: Session, statements: Sequence[Json], origin: str) -> _There:
    ids = [UUID(statement["id"]) for statement in statements]
    if database.get_bind().dialect.name == "postgresql":
        rows = database.execute(_LOOK_POSTGRESQL, {"ids": ids, "origin": origin}).all()
    else:
        texts = json.dumps([one.hex for one in ids])
        rows = database.execute(_LOOK_SQLITE, {"ids": texts, "origin": origin}).all()
    newest = next(stored for stored, one, _target, _body in rows if one is None)
    bodies = {one: body for _stored, one, _target, body in rows if body is not None}
    voiders = {target: one for _stored, one, target, _body in rows if target is not None}
    return _There(newest, bodies, voiders)


def _store(
    kept: Sequence[Json], there: _There, database: Session, origin: str, *, defines: bool = True
) -> int:
    """Inserts those that are new and returns how many they were."""
    by_id = {UUID(statement["id"]): statement for statement in kept}
    _require_same(there.bodies, by_id)
    new = {one: statement for one, statement in by_id.items() if one not in there.bodies}
    if not new:
        return 0
    voiders = {**there.voiders, **_voided_by(new)}
    rows = Rows()
    for one, statement in new.items():
        # A voiding statement cannot be voided (Data 2.3.2).
        rows.add(statement, origin, None if _is_voiding(statement) else voiders.get(one))
    if not defines:
        rows.names.clear()
        rows.definitions.clear()
    insert_known(database.connection(), rows)
    define(database, _definitions(rows), ours=origin == OWN)
    inserted = insert_statements(database.connection(), rows)
    if len(inserted) < len(new):
        # Another writer had them first, and has committed by now.
        overtaken = {one: new[one] for one in new.keys() - inserted}
        _require_same(_look(database, list(overtaken.values()), origin).bodies, overtaken)
    _void(database, {reference(one): UUID(one["id"]) for one in new.values() if _is_voiding(one)}, origin)
    return len(inserted)


def _require_same(bodies: Mapping[UUID, str], given: Mapping[UUID, Json]) -> None:
    for known, body in bodies.items():
        if not same_statement(json.loads(body), given[known]):
            raise StatementConflict(f"{known} is stored with other content")


def _definitions(rows: Rows) -> dict[UUID, dict[str, Any]]:
    """What the batch says about each activity, merged in its order."""
    return {one: functools.reduce(merged, told, {}) for one, told in rows.definitions.items()}


def _voided_by(new: Mapping[UUID, Json]) -> dict[UUID, UUID]:
    voiding = ((one, reference(statement)) for one, statement in new.items() if _is_voiding(statement))
    return {target: one for one, target in voiding if target is not None and target in new}


def _is_voiding(statement: Json) -> bool:
    return bool(statement["verb"]["id"] == VOIDED)


def _void(database: Session, targets: Mapping[UUID | None, UUID], origin: str) -> None:
    """Marks the targets that came in earlier requests; `targets` says which is voided by which."""
    if not targets:
        return
    found = select(Statement.id, Statement.origin).where(Statement.id.in_(targets), Statement.verb != VOIDED)
    for target, origin_of_target in database.execute(found).all():
        if origin_of_target == OWN and origin != OWN:
            raise StatementProtected(f"{target} follows from evidence")
        unvoided = update(Statement).where(Statement.id == target, Statement.voided_by.is_(None))
        database.execute(unvoided.values(voided_by=targets[target]))
