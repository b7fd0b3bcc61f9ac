"""What is known of an activity from all statements: its canonical definition (xAPI 1.0.3 Data 2.4.4.1)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_plugin.records.statement import Activity
from lms_plugin.records.statement_index import identity, index_key

Definition = dict[str, Any]
MOST_AT_ONCE = 5000  # a database has an end of parameters
MERGED = ("name", "description", "extensions")


def canonical_activity(database: Session, iri: str) -> dict[str, Any]:
    """The activity object with all that statements said about it; also for one that nobody named."""
    definition = canonical_definitions(database, [iri]).get(iri)
    known = {} if definition is None else {"definition": definition}
    return {"objectType": "Activity", "id": iri, **known}


def canonical_definitions(database: Session, iris: Iterable[str]) -> dict[str, Definition]:
    """The definition of each of these activities that has one."""
    by_id = {identity(index_key(iri)): iri for iri in iris}
    found: dict[str, Definition] = {}
    ids = list(by_id)
    for start in range(0, len(ids), MOST_AT_ONCE):
        some = Activity.id.in_(ids[start : start + MOST_AT_ONCE])
        rows = database.execute(
            select(Activity.id, Activity.definition).where(some, Activity.definition.is_not(None))
        )
        found |= {by_id[row.id]: row.definition for row in rows}
    return found


def merged(known: Definition | None, given: Mapping[str, Any]) -> Definition:
    """The definition when this one is the newest: languages and extensions add up, the rest is replaced."""
    if known is None:
        return dict(given)
    both = {**known, **given}
    for name in MERGED:
        if name in known and name in given:
            both[name] = {**known[name], **given[name]}
    return both


def define(
    database: Session, given: Mapping[UUID, Definition], *, ours: bool, nothing_new: dict[UUID, Definition]
) -> None:
    """Takes in what new statements say about activities that are there; inside the caller's `writing`.

    What a statement of ours has defined is changed by statements of ours only, and nothing stays of what
    clients said before: no name in another language, no link of theirs is shown as ours. A row that stays as
    it is, as nearly all do, is not locked: everybody writes about the same activities. `nothing_new`
    remembers what had nothing new in it, and is believed.
    """
    told = {one: given[one] for one in given if nothing_new.get(one) != given[one]}
    if not told:
        return
    changing = _changes(database, told, ours=ours, lock=False)
    nothing_new.update({one: told[one] for one in told if one not in changing})
    if changing:
        again = {one: told[one] for one in changing}
        for one, definition in _changes(database, again, ours=ours).items():
            values = {"definition": definition} | ({"defined_by_us": True} if ours else {})
            database.execute(update(Activity).where(Activity.id == one).values(values))


def _changes(
    database: Session, given: Mapping[UUID, Definition], *, ours: bool, lock: bool = True
) -> dict[UUID, Definition]:
    columns = (Activity.id, Activity.definition, Activity.defined_by_us)
    rows = select(*columns).where(Activity.id.in_(given)).order_by(Activity.id)
    changes = {}
    for one, known, defined_by_us in database.execute(rows.with_for_update() if lock else rows).all():
        definition = merged(None if ours > defined_by_us else known, given[one])
        if (ours or not defined_by_us) and (_text(definition) != _text(known) or ours > defined_by_us):
            changes[one] = definition
    return changes


def _text(definition: Definition | None) -> str:
    # JSON text, because Python holds 1 and true for equal.
    return json.dumps(definition, sort_keys=True)
