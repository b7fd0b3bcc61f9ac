"""Compares derived rows as they are with what evidence gives."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.records.actor import Actor, actor_of
from lms_plugin.records.completion import Completion
from lms_plugin.records.derivation import Derived, PlannedStatement, completion_row
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.outbox_state import restore_states
from lms_plugin.records.replay import Counts
from lms_plugin.records.statement import Statement

Columns = Mapping[str, Any]
# Who is sending a row just now, and where to.
NOT_DERIVED = frozenset({"leased_until", "lease", "destination"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One derived row that is not what evidence gives; `id` is empty when only the number of rows tells."""

    table: str
    id: str
    what: str


def differences_of(database: Session, learner: Learner, derived: Derived) -> Iterator[Difference]:
    """Rows of one learner that are missing or changed, or completions that follow from nothing."""
    actor = actor_of(learner)
    completions = {
        one: _columns(completion_row(learner.id, one, conclusion, actor))
        for one, conclusion in derived.completions.items()
    }
    rows = database.scalars(select(Completion).where(Completion.learner_id == learner.id))
    yield from _compare("completions", completions, {row.id: _columns(row) for row in rows})
    statements = {one: _said(planned, actor) for one, planned in derived.statements.items()}
    kept = database.scalars(select(Statement).where(Statement.id.in_(statements)))
    yield from _compare("statements", statements, {row.id: _kept(row) for row in kept})
    yield from _compare("outbox", _expected_items(database, derived), _items(database, derived))


def surplus(expected: Counts, missing: Counts, found: Counts) -> Iterator[Difference]:
    """Derived rows that belong to nobody with evidence, table by table."""
    for table in ("completions", "statements", "outbox"):
        there = getattr(expected, table) - getattr(missing, table)
        extra = getattr(found, table) - there
        if extra > 0:
            yield Difference(table, "", f"{extra} more than evidence gives")


def _compare(
    table: str, expected: Mapping[UUID, Columns], found: Mapping[UUID, Columns]
) -> Iterator[Difference]:
    for one, columns in expected.items():
        if one not in found:
            yield Difference(table, str(one), "missing")
        elif found[one] != columns:
            changed = sorted(name for name in columns if found[one].get(name) != columns[name])
            yield Difference(table, str(one), f"differs in {', '.join(changed)}")


def _columns(row: Completion | OutboxItem) -> Columns:
    names = tuple(column.key for column in row.__mapper__.columns)
    return {name: getattr(row, name) for name in names if name not in NOT_DERIVED}


def _said(planned: PlannedStatement, actor: Actor) -> Columns:
    return {"body": planned.kept(actor), "stored": planned.stored}


def _kept(row: Statement) -> Columns:
    return {"body": json.loads(row.body), "stored": row.stored}


def _expected_items(database: Session, derived: Derived) -> dict[UUID, Columns]:
    items = [item.row() for item in derived.outbox.values()]
    restore_states(database, items)
    return {item.id: _columns(item) for item in items}


def _items(database: Session, derived: Derived) -> dict[UUID, Columns]:
    wanted: Iterable[UUID] = derived.outbox
    rows = database.scalars(select(OutboxItem).where(OutboxItem.id.in_(wanted)))
    return {row.id: _columns(row) for row in rows}
