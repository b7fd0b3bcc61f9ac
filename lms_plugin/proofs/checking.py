"""Checks every sealed day: its chain, its signature, its tree, and each record against its leaf."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms_plugin.proofs import sealed_records as records
from lms_plugin.proofs.days import SLICE, begin_of, tree_of
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.pack_format import (
    BEGINNING,
    Fault,
    agrees,
    form_of,
    leaf_hash,
    verified_payload,
)
from lms_plugin.proofs.person_secrets import keys_for, known_secrets, person_of
from lms_plugin.proofs.sealed_records import Record
from lms_plugin.proofs.tables import Erasure, KeptForm, ProofDay, ProofLeaf, ProofNode
from lms_plugin.proofs.time_stamp_token import TimeStampWrong, check_token
from lms_plugin.proofs.time_stamp_trust import Roots, require_trusted
from lms_plugin.records.statement import Statement


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as it was sealed: a day, or a record."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was read, what is wrong with it, and what is odd but no fault by itself."""

    days: int
    leaves: int
    wrong: tuple[Wrong, ...]
    notes: tuple[Wrong, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def check_proofs(database: Session, secret_key: str, roots: Roots = ()) -> Checked:
    """Everything there is to check, in memory that does not grow with the records.

    Authorities of time stamps must lead to one of the roots, if there are any.
    """
    wrong = (*wrong_days(database, roots), *wrong_records(database, secret_key), *unexplained(database))
    days, leaves = database.execute(
        select(func.count(), func.sum(ProofDay.leaves)).select_from(ProofDay)
    ).one()
    return Checked(days, leaves or 0, wrong, (*_late(database), *_untested(database, roots)))


def wrong_days(database: Session, roots: Roots = ()) -> Iterator[Wrong]:
    """Days whose chain, signature, time stamp or tree is broken."""
    keys = {key["kid"]: key for key in proof_key_set(database)["keys"]}
    before: ProofDay | None = None
    for day in database.scalars(select(ProofDay).order_by(ProofDay.number)):
        reasons = [*_broken_header(day, before, keys, roots), *_broken_tree(database, day)]
        yield from (Wrong(f"day {day.day}", reason) for reason in reasons)
        before = day


def _broken_header(
    day: ProofDay, before: ProofDay | None, keys: Mapping[str, Any], roots: Roots
) -> Iterator[str]:
    header = json.loads(day.header)
    if header["previous"] != (before.header_hash if before else BEGINNING):
        yield "does not continue the day before"
    follows = before is None or (day.number == before.number + 1 and day.day == before.day + timedelta(1))
    if not follows or (header["number"], header["day"]) != (day.number, day.day.isoformat()):
        yield "a day is missing before it"
    digest = hashlib.sha256(day.header.encode())
    try:
        if verified_payload(day.signature, keys) != day.header.encode():
            yield "the signature is of another header"
        if day.time_stamp is not None:
            stamped = check_token(day.time_stamp, digest.digest())
            if roots:
                require_trusted(stamped, roots)
    except (Fault, TimeStampWrong) as error:
        yield str(error)
    if day.header_hash != digest.hexdigest():
        yield "its hash is of another header"


def _broken_tree(database: Session, day: ProofDay) -> Iterator[str]:
    tree = tree_of(database, day.day)
    header = json.loads(day.header)
    if (tree.root().hex(), tree.leaves, tree.leaves) != (header["root"], header["leaves"], day.leaves):
        yield "its leaves do not give the root that was signed"
    query = select(ProofNode.level, ProofNode.number, ProofNode.hash).where(ProofNode.day == day.day)
    if sorted(tree.kept) != sorted(tuple(row) for row in database.execute(query)):
        yield "its inner nodes are not those of its leaves"


def wrong_records(database: Session, secret_key: str) -> Iterator[Wrong]:
    """Records that are gone, or not what was sealed."""
    query = select(ProofLeaf).order_by(ProofLeaf.day, ProofLeaf.position)
    leaves = database.scalars(query.execution_options(yield_per=SLICE))
    for part in leaves.partitions(SLICE):
        for kind, some in groupby(part, lambda leaf: leaf.kind):
            yield from _wrong_slice(database, secret_key, kind, list(some))


def unexplained(database: Session) -> Iterator[Wrong]:
    """Pseudonyms without an erasure as evidence, and statements that are hidden though nothing voids them."""
    erased = select(Erasure.id).where(Erasure.id == KeptForm.erasure_id).exists()
    for kind, one in database.execute(select(KeptForm.kind, KeptForm.record_id).where(~erased)):
        yield Wrong(f"{kind} {one}", "a person was taken out, and no erasure says so")
    voiding = aliased(Statement)
    by = (voiding.id == Statement.voided_by, voiding.refers_to == Statement.id)
    hidden = select(Statement.id).where(
        Statement.voided_by.is_not(None), ~select(voiding.id).where(*by).exists()
    )
    for one in database.scalars(hidden):
        yield Wrong(f"statement {one}", "is hidden, and no statement voids it")


def _wrong_slice(
    database: Session, secret_key: str, kind: str, leaves: Sequence[ProofLeaf]
) -> Iterator[Wrong]:
    ids = [leaf.record_id for leaf in leaves]
    found = records.read_records(database, kind, ids)
    kept = kept_forms(database, kind, ids)
    known = known_secrets(
        database,
        secret_key,
        (person_of(one) for record in found.values() for one in record.agents().values()),
    )
    for leaf in leaves:
        reason = _fault_of(leaf, found.get(leaf.record_id), kept.get(leaf.record_id), known)
        if reason:
            yield Wrong(f"{kind} {leaf.record_id}", f"{reason} on {leaf.day}")


def kept_forms(database: Session, kind: str, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """The sealed forms of those records from which somebody was erased."""
    query = select(KeptForm.record_id, KeptForm.form).where(
        KeptForm.kind == kind, KeptForm.record_id.in_(ids)
    )
    return {record_id: json.loads(form) for record_id, form in database.execute(query)}


def _fault_of(
    leaf: ProofLeaf, record: Record | None, kept: Mapping[str, Any] | None, known: Mapping[str, bytes]
) -> str | None:
    if record is None:
        return "is gone, and was sealed"
    keys = keys_for(record.agents(), known, record.kind, record.id)
    if kept is not None and not agrees(record.kind, kept, record.content, keys):
        return "is not the rest of what was sealed"
    try:
        form = kept or form_of(record.kind, record.content, keys)
    except KeyError:
        return "names somebody other than was sealed"
    return None if leaf_hash(record.kind, form) == leaf.hash else "is not what was sealed"


def _untested(database: Session, roots: Roots) -> Iterator[Wrong]:
    stamps = database.scalar(select(func.count(ProofDay.time_stamp))) or 0
    if stamps and not roots:
        yield Wrong(
            f"{stamps} time stamps",
            "their signatures are right; whether the authority is one to trust was not checked, as"
            " COALIZIONE_TSA_ROOTS names no root certificates",
        )


def _late(database: Session) -> Iterator[Wrong]:
    newest = database.scalar(select(func.max(ProofDay.day)))
    if newest is None:
        return
    end = begin_of(newest + timedelta(days=1))
    for kind in records.SOURCES:
        late = records.read_unsealed_before(database, kind, end, SLICE)
        yield from (
            Wrong(
                f"{kind} {one.id}",
                f"came after its day {one.at.date()} was sealed; the next day will have it",
            )
            for one in late
        )
