"""Writes statements: all of a batch or none, one id one content, voiding whichever of the two came first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.records import statement_index as index
from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_equality import same_statement
from lms_plugin.records.statement_form import kept_form, read_instant

Json = Mapping[str, Any]
Row = dict[str, Any]
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
OWN = "own"  # the origin of statements that follow from our evidence
WRITERS_LOCK = 0x78415049  # "xAPI": any number will do, as long as nobody else uses it
TICK = timedelta(microseconds=1)


class StatementConflict(Refusal):
    """Another statement with this id and different content is stored already."""

    code = "statement_conflict"
    status = 409


class StatementProtected(Refusal):
    """A client wants to void what follows from our evidence; that is corrected by new evidence only."""

    code = "statement_protected"
    status = 403


@dataclass(frozen=True, slots=True)
class Rows:
    """What is inserted for some statements, table by table."""

    statements: list[Row]
    agents: list[Row]
    activities: list[Row]


def lock_statements(database: Session) -> None:
    """Makes this transaction the only one that stores statements until it ends.

    `stored` then grows in the order of commits, so whoever reads on from the newest `stored` misses nothing.
    On SQLite `writing` has that lock already. Take it after every other lock of the transaction.
    """
    if database.get_bind().dialect.name == "postgresql":
        database.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})


def next_instant(database: Session, now: datetime) -> datetime:
    """`now`, or just after the newest stored statement where that is later; call after `lock_statements`."""
    newest = database.scalar(select(func.max(Statement.stored)))
    return now if newest is None or newest < now else newest + TICK


def store_statement(
    database: Session, statement: Json, *, authority: Json, origin: str, stored: datetime
) -> bool:
    """Stores one valid statement that has an id, with exactly this `stored`, inside the caller's `writing`.

    Returns True when it is new, False when the same was there; raises StatementConflict when another was.
    """
    lock_statements(database)
    return bool(_store(database, [kept_form(statement, authority=authority, stored=stored)], origin))


def store_statements(
    database: Session, statements: Sequence[Json], *, authority: Json, origin: str, now: datetime
) -> datetime:
    """Stores a batch of valid statements with distinct ids; returns an instant up to which all is stored.

    Raises StatementConflict, with nothing stored, when one differs from what its id already stands for.
    """
    lock_statements(database)
    first = next_instant(database, now)
    kept = [
        kept_form(statement, authority=authority, stored=first + place * TICK)
        for place, statement in enumerate(statements)
    ]
    return first + (len(kept) - 1) * TICK if _store(database, kept, origin) else first - TICK


def _store(database: Session, kept: Sequence[Json], origin: str) -> int:
    """Inserts those that are new and returns how many they were."""
    by_id = {UUID(statement["id"]): statement for statement in kept}
    present, voiders = _what_is_there(database, list(by_id), origin)
    for known, body in present.items():
        if not same_statement(json.loads(body), by_id[known]):
            raise StatementConflict(f"{known} is stored with other content")
    new = {one: statement for one, statement in by_id.items() if one not in present}
    if not new:
        return 0
    rows = _rows(new, voiders | _voided_by(new), origin)
    _insert(database, rows)
    _void(database, [row for row in rows.statements if row["verb"] == VOIDED], origin)
    return len(new)


def _what_is_there(
    database: Session, ids: list[UUID], origin: str
) -> tuple[dict[UUID, str], dict[UUID, UUID]]:
    """Bodies of those stored already, and which statement voids which of them."""
    voids = and_(Statement.refers_to.in_(ids), Statement.verb == VOIDED)
    if origin == OWN:  # see StatementProtected: a client cannot hide it beforehand either
        voids = and_(voids, Statement.origin == OWN)
    columns = (Statement.id, Statement.refers_to, Statement.verb, Statement.body)
    found = database.execute(select(*columns).where(or_(Statement.id.in_(ids), voids))).all()
    wanted = set(ids)
    present = {one: body for one, _target, _verb, body in found if one in wanted}
    voiders = {target: one for one, target, verb, _body in found if verb == VOIDED and target in wanted}
    return present, voiders


def _voided_by(new: Mapping[UUID, Json]) -> dict[UUID, UUID]:
    voiding = ((one, index.reference(statement)) for one, statement in new.items() if _is_voiding(statement))
    return {target: one for one, target in voiding if target is not None and target in new}


def _is_voiding(statement: Json) -> bool:
    return bool(statement["verb"]["id"] == VOIDED)


def _rows(new: Mapping[UUID, Json], voiders: Mapping[UUID, UUID], origin: str) -> Rows:
    rows = Rows([], [], [])
    for one, statement in new.items():
        # A voiding statement cannot be voided (Data 2.3.2).
        voider = None if _is_voiding(statement) else voiders.get(one)
        row = _statement_row(one, statement, origin) | {"voided_by": voider}
        rows.statements.append(row)
        agents = _marked(index.direct_agents(statement), index.related_agents(statement))
        activities = _marked(index.direct_activities(statement), index.related_activities(statement))
        common = {"statement_id": one, "stored": row["stored"]}
        rows.agents.extend({**common, "agent": key, "related": related} for key, related in agents)
        rows.activities.extend({**common, "activity": key, "related": related} for key, related in activities)
    return rows


def _marked(direct: set[str], related: set[str]) -> list[tuple[str, bool]]:
    return [(key, False) for key in sorted(direct)] + [(key, True) for key in sorted(related - direct)]


def _statement_row(one: UUID, statement: Json, origin: str) -> Row:
    return {
        "id": one,
        "stored": read_instant(statement["stored"]),
        "timestamp": read_instant(statement["timestamp"]),
        "verb": index.index_key(statement["verb"]["id"]),
        "authority": index.agent_key(statement["authority"]) or "",
        "registration": index.registration(statement),
        "refers_to": index.reference(statement),
        "origin": origin,
        "body": json.dumps(statement, ensure_ascii=False, separators=(",", ":")),
    }


def _insert(database: Session, rows: Rows) -> None:
    connection = database.connection()
    connection.execute(insert(Statement), rows.statements)
    connection.execute(insert(StatementAgent), rows.agents)
    if rows.activities:
        connection.execute(insert(StatementActivity), rows.activities)


def _void(database: Session, voiding: Sequence[Row], origin: str) -> None:
    """Marks the targets that came in earlier requests."""
    targets = {row["refers_to"]: row["id"] for row in voiding}
    if not targets:
        return
    found = select(Statement.id, Statement.origin).where(Statement.id.in_(targets), Statement.verb != VOIDED)
    for target, origin_of_target in database.execute(found).all():
        if origin_of_target == OWN and origin != OWN:
            raise StatementProtected(f"{target} follows from evidence")
        unvoided = update(Statement).where(Statement.id == target, Statement.voided_by.is_(None))
        database.execute(unvoided.values(voided_by=targets[target]))
