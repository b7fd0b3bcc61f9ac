"""The records that are sealed: what there is of each kind, when it came, and what of it goes into a leaf."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms_plugin.people.learner import Learner
from lms_plugin.proofs.pack_format import Json, agents_of
from lms_plugin.proofs.tables import Erasure, ProofLeaf
from lms_plugin.records.canonical import canonical_instant
from lms_plugin.records.chain import canonical_form
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.statement import Statement
from lms_plugin.storage import Instant

Row = Any


@dataclass(frozen=True, slots=True)
class Record:
    """One record, and its content as it is kept today."""

    kind: str
    id: UUID
    at: datetime
    content: Mapping[str, Any]

    def agents(self) -> Mapping[str, Json]:
        """Whom the content names, by where."""
        if self.kind == "statement":
            return agents_of(self.content)
        return {"/account": {"account": self.content["account"]}} if self.kind == "learner" else {}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of one kind are, and the instant that puts them into a day."""

    table: type[Any]
    at: InstrumentedAttribute[datetime]
    content: Callable[[Row], Mapping[str, Any]]


def _evidence(row: Evidence) -> Mapping[str, Any]:
    members: dict[str, Any] = json.loads(canonical_form(row))
    return members | {"hash": row.hash}


def _learner(row: Learner) -> Mapping[str, Any]:
    account = {"homePage": row.home_page, "name": row.account_name}
    return {"id": str(row.id), "created_at": canonical_instant(row.created_at), "account": account}


def _statement(row: Statement) -> Mapping[str, Any]:
    body: dict[str, Any] = json.loads(row.body)
    return body


def _erasure(row: Erasure) -> Mapping[str, Any]:
    told = {"by": row.erased_by, "reason": row.reason, "counts": row.counts}
    return {"id": str(row.id), "at": canonical_instant(row.at), **told}


# In this order they stand in the tree of a day.
SOURCES: Mapping[str, Source] = {
    "evidence": Source(Evidence, Evidence.recorded_at, _evidence),
    "learner": Source(Learner, Learner.created_at, _learner),
    "statement": Source(Statement, Statement.stored, _statement),
    "erasure": Source(Erasure, Erasure.at, _erasure),
}


def read_between(
    database: Session, kind: str, after: tuple[datetime, UUID], until: datetime, limit: int
) -> Sequence[Record]:
    """Records in the order of (instant, id) behind `after` and before `until`, `limit` at most."""
    source = SOURCES[kind]
    query = select(source.table).where(source.at >= after[0], source.at < until)
    last = tuple_(bindparam("at", after[0], Instant()), bindparam("last", after[1], Uuid()))
    query = query.where(tuple_(source.at, source.table.id) > last)
    return _records(database.scalars(query.order_by(source.at, source.table.id).limit(limit)), kind)


def read_unsealed_before(database: Session, kind: str, until: datetime, limit: int) -> Sequence[Record]:
    """Records from before `until` that have no leaf: they came with an instant of a day sealed already."""
    source = SOURCES[kind]
    leaf = select(ProofLeaf.day).where(ProofLeaf.kind == kind, ProofLeaf.record_id == source.table.id)
    query = select(source.table).where(source.at < until, ~leaf.exists())
    return _records(database.scalars(query.order_by(source.at, source.table.id).limit(limit)), kind)


def read_records(database: Session, kind: str, ids: Iterable[UUID]) -> Mapping[UUID, Record]:
    """Those of the records that are there, by id."""
    source = SOURCES[kind]
    rows = database.scalars(select(source.table).where(source.table.id.in_(list(ids))))
    return {one.id: one for one in _records(rows, kind)}


def count_before(database: Session, kind: str, until: datetime) -> int:
    """How many records of a kind there are from before `until`."""
    source = SOURCES[kind]
    return database.scalar(select(func.count()).select_from(source.table).where(source.at < until)) or 0


def instant_of(database: Session, kind: str, record_id: UUID) -> datetime | None:
    """When a record came; None when it is gone."""
    source = SOURCES[kind]
    return database.scalar(select(source.at).where(source.table.id == record_id))


def first_instant(database: Session) -> datetime | None:
    """The instant of the very first record of all."""
    firsts = [database.scalar(select(func.min(source.at))) for source in SOURCES.values()]
    return min((one for one in firsts if one is not None), default=None)


def _records(rows: Iterable[Row], kind: str) -> Sequence[Record]:
    source = SOURCES[kind]
    name = source.at.key
    return [Record(kind, row.id, getattr(row, name), source.content(row)) for row in rows]
