"""Seals each day (UTC) once nothing can be added to it: a tree over its records, chained to the day before.

Writers never wait for it: records are read without any lock, and their leaves written a few hundred at a
time. Killed half-way, it goes on where it was; of several workers each does a part. A record that came with
an instant of a day sealed already goes into the next day, where the instant in it shows that it is late.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_plugin.lti.tool_keys import SigningKey
from lms_plugin.proofs import sealed_records as records
from lms_plugin.proofs.keys import ensure_proof_key, signed
from lms_plugin.proofs.merkle import Tree
from lms_plugin.proofs.pack_format import BEGINNING, canonical, form_of, leaf_hash
from lms_plugin.proofs.person_secrets import add_secrets, keys_for, known_secrets, person_of
from lms_plugin.proofs.sealed_records import Record
from lms_plugin.proofs.tables import Erasure, ProofDay, ProofLeaf, ProofNode
from lms_plugin.records.canonical import canonical_instant
from lms_plugin.records.statement_order import consistent_through
from lms_plugin.storage import writing

SLICE = 500
# From when a page looks at its clock to when its transaction begins, and how far the clocks of several
# machines may differ, together.
MARGIN = timedelta(minutes=10)
PROOF_LOCK = 0x50724F6F  # "PrOo": any number will do, as long as nobody else uses it
NO_ID = UUID(int=0)
HEADER = "coalizione.day/1"
LEAVES = cast("Table", ProofLeaf.__table__)
NODES = cast("Table", ProofNode.__table__)
# Transactions of others that have written something; one that has not begins its writing later than now.
OLDEST_WRITER = text(
    "SELECT min(xact_start) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What sealing needs: whose installation it is, and the application secret."""

    public_url: str
    secret_key: str


def lock_proofs(database: Session) -> None:
    """Lets leaves be written and persons be erased by one transaction at a time."""
    if database.get_bind().dialect.name == "postgresql":
        database.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PROOF_LOCK})


def begin_of(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), UTC)


def settled_until(database: Session, now: datetime) -> datetime:
    """The instant before which nothing can be added any more (see decision 0011)."""
    bounds = [now, consistent_through(database, now)]
    if database.get_bind().dialect.name == "postgresql":
        bounds.append(database.scalar(OLDEST_WRITER) or now)
    return min(bounds) - MARGIN


def seal_due(database: Session, sealing: Sealing, now: datetime) -> list[date]:
    """Seals every day that is over and not sealed yet; returns them. Commits by itself, again and again."""
    done = []
    key = ensure_proof_key(database, sealing.secret_key, now)
    while (day := next_day(database, now)) is not None:
        if not (fill_day(database, sealing.secret_key, day) and close_day(database, sealing, key, day, now)):
            break  # another worker is at it
        done.append(day)
    database.rollback()
    return done


def next_day(database: Session, now: datetime) -> date | None:
    """The next day to seal, if it is over and settled."""
    newest = database.scalar(select(func.max(ProofDay.day)))
    first = None if newest else records.first_instant(database)
    if newest is None and first is None:
        return None
    day = newest + timedelta(days=1) if newest else cast("datetime", first).date()
    return day if begin_of(day + timedelta(days=1)) <= settled_until(database, now) else None


def fill_day(database: Session, secret_key: str, day: date) -> bool:
    """Writes the leaves of a day that are not there yet; False when somebody else does so just now."""
    for kind in records.SOURCES:
        while True:
            erased = _erasures(database)
            found = _next_slice(database, kind, day)
            if not found:
                break
            if not _seal_slice(database, secret_key, day, found, erased):
                return False
    return True


def _next_slice(database: Session, kind: str, day: date) -> Sequence[Record]:
    start, end = begin_of(day), begin_of(day + timedelta(days=1))
    last = _last_sealed(database, kind, day, start)
    if last is None and records.count_before(database, kind, start) > _leaves_of(database, kind):
        late = records.read_unsealed_before(database, kind, start, SLICE)
        if late:
            return late
    return records.read_between(database, kind, last or (start, NO_ID), end, SLICE)


def _last_sealed(database: Session, kind: str, day: date, start: datetime) -> tuple[datetime, UUID] | None:
    """The last record of the day itself that has its leaf; those that came late stand before it."""
    last = select(ProofLeaf.record_id).where(ProofLeaf.day == day, ProofLeaf.kind == kind)
    record_id = database.scalar(last.order_by(ProofLeaf.position.desc()).limit(1))
    if record_id is None:
        return None
    at = records.instant_of(database, kind, record_id)
    return (at, record_id) if at is not None and at >= start else None


def _leaves_of(database: Session, kind: str) -> int:
    return database.scalar(select(func.count()).select_from(ProofLeaf).where(ProofLeaf.kind == kind)) or 0


def _erasures(database: Session) -> int:
    return database.scalar(select(func.count()).select_from(Erasure)) or 0


def _seal_slice(database: Session, secret_key: str, day: date, found: Sequence[Record], erased: int) -> bool:
    """Whether the leaves of these records were written, or must be read again because somebody was erased."""
    persons = {person_of(agent) for record in found for agent in record.agents().values()}
    known = known_secrets(database, secret_key, persons)
    try:
        if persons - known.keys():
            with writing(database):
                lock_proofs(database)
                if _erasures(database) == erased:
                    add_secrets(database, secret_key, persons - known.keys())
            known = known_secrets(database, secret_key, persons)
        hashes = [_leaf(record, known) for record in found]
        with writing(database):
            lock_proofs(database)
            if _erasures(database) == erased:
                _write_leaves(database, day, found, hashes)
    except IntegrityError:
        return False
    return True


def _leaf(record: Record, known: Mapping[str, bytes]) -> bytes:
    keys = keys_for(record.agents(), known, record.kind, record.id)
    return leaf_hash(record.kind, form_of(record.kind, record.content, keys))


def _write_leaves(database: Session, day: date, found: Sequence[Record], hashes: Sequence[bytes]) -> None:
    first = database.scalar(select(func.max(ProofLeaf.position)).where(ProofLeaf.day == day))
    start = 0 if first is None else first + 1
    rows = [
        {"day": day, "position": start + place, "kind": record.kind, "record_id": record.id, "hash": value}
        for place, (record, value) in enumerate(zip(found, hashes, strict=True))
    ]
    database.connection().execute(insert(LEAVES), rows)


def close_day(database: Session, sealing: Sealing, key: SigningKey, day: date, now: datetime) -> bool:
    """Computes the root from the leaves and signs the day; False when somebody else was faster."""
    tree = tree_of(database, day)
    root = tree.root()
    before = database.scalar(select(ProofDay).order_by(ProofDay.number.desc()).limit(1))
    header = _header(sealing, day, before, tree.leaves, root, now)
    text_of_header = canonical(header)
    row = ProofDay(
        day=day,
        number=header["number"],
        leaves=tree.leaves,
        header=text_of_header.decode(),
        header_hash=hashlib.sha256(text_of_header).hexdigest(),
        signature=signed(text_of_header, key),
        sealed_at=now,
    )
    nodes = [
        {"day": day, "level": level, "number": number, "hash": value} for level, number, value in tree.kept
    ]
    try:
        with writing(database):
            database.add(row)
            database.flush()
            if nodes:
                database.connection().execute(insert(NODES), nodes)
    except IntegrityError:
        return False
    return True


def tree_of(database: Session, day: date) -> Tree:
    """The tree over the leaves of a day, read in their order."""
    tree = Tree()
    query = select(ProofLeaf.hash).where(ProofLeaf.day == day).order_by(ProofLeaf.position)
    for value in database.scalars(query.execution_options(yield_per=10 * SLICE)):
        tree.add(value)
    return tree


def _header(
    sealing: Sealing, day: date, before: ProofDay | None, leaves: int, root: bytes, now: datetime
) -> dict[str, Any]:
    return {
        "kind": HEADER,
        "installation": sealing.public_url,
        "day": day.isoformat(),
        "number": before.number + 1 if before else 1,
        "leaves": leaves,
        "root": root.hex(),
        "previous": before.header_hash if before else BEGINNING,
        "sealed_at": canonical_instant(now),
    }
