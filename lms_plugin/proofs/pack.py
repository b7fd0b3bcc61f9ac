"""Packs for auditors: records, each with its proof, the sealed days, the keys, and the verifier."""

import base64
import hashlib
import json
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.proofs import sealed_records as records
from lms_plugin.proofs.checking import kept_forms
from lms_plugin.proofs.days import Sealing
from lms_plugin.proofs.inclusion import Paths
from lms_plugin.proofs.keys import ensure_proof_key, proof_key_set, signed
from lms_plugin.proofs.pack_format import canonical
from lms_plugin.proofs.person_secrets import keys_for, known_secrets, person_of
from lms_plugin.proofs.selection import NothingSealed, Selection
from lms_plugin.proofs.tables import ProofDay, ProofLeaf
from lms_plugin.proofs.verifier import verifier_source
from lms_plugin.proofs.verify_pack import (
    DAYS,
    KEYS,
    MANIFEST,
    RECORDS,
    central_entry,
    end_record,
    local_header,
)
from lms_plugin.records.canonical import canonical_instant

PACK = "coalizione.pack/1"
AT_ONCE = 256
LARGEST = 4 * 1024**3 - 1
READ_ME = """Records of {installation}, with proofs, made on {made_at}.

python verify_pack.py THIS_FILE.zip     checks all of it; needs Python 3.11 and the package `cryptography`.

Take verify_pack.py and the public keys ({installation}/xapi/proof/jwks.json, option --keys) from
where you trust them, not from here. What is proved and what is not: docs/proofs.md of CO-AliZIONE Formazione.
"""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the pack, written out already."""

    name: str
    content: IO[bytes]
    size: int
    crc: int
    sha256: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a pack."""

    records: int
    days: int
    key: str


class PackTooLarge(Refusal):
    """A ZIP file ends at 4 GiB."""

    code = "pack_too_large"
    status = 413


def write_pack(
    database: Session, sealing: Sealing, selection: Selection, out: IO[bytes], now: datetime
) -> Written:
    """Writes the pack, in memory that does not grow with it.

    Raises NothingSealed, PackTooLarge, SecretUnreadable, ProofKeyUnreadable.
    """
    key = ensure_proof_key(database, sealing.secret_key, now)
    first = database.scalar(selection.leaves.with_only_columns(ProofLeaf.day).limit(1))
    if first is None:
        raise NothingSealed(
            "no sealed day has this: a day is sealed ten minutes after its end (UTC) by the worker, or by"
            " `coalizione proof seal`"
        )
    files = [
        _spool(KEYS, [canonical(proof_key_set(database))]),
        _spool(DAYS, _day_lines(database, first)),
        _spool(RECORDS, _record_lines(database, sealing.secret_key, selection)),
        _spool("verify_pack.py", [verifier_source().encode()]),
        _spool("README.txt", [_read_me(sealing, now)]),
    ]
    manifest = _spool(MANIFEST, [signed(_manifest(sealing, selection, files, now), key).encode()])
    _write_container([manifest, *files], out)
    return Written(files[2].pieces, files[1].pieces, key.kid)


def _manifest(sealing: Sealing, selection: Selection, files: Sequence[File], now: datetime) -> bytes:
    return canonical(
        {
            "kind": PACK,
            "installation": sealing.public_url,
            "made_at": canonical_instant(now),
            "about": selection.about,
            "files": {file.name: file.sha256 for file in files},
        }
    )


def _read_me(sealing: Sealing, now: datetime) -> bytes:
    return READ_ME.format(installation=sealing.public_url, made_at=canonical_instant(now)).encode()


def _day_lines(database: Session, first: date) -> Iterator[bytes]:
    """Every sealed day from the first one needed to the newest."""
    query = select(ProofDay).where(ProofDay.day >= first).order_by(ProofDay.number)
    for day in database.scalars(query.execution_options(yield_per=AT_ONCE)):
        stamp = base64.b64encode(day.time_stamp).decode() if day.time_stamp else None
        said = {"header": json.loads(day.header), "signature": day.signature, "time_stamp": stamp}
        yield canonical(said) + b"\n"


def _record_lines(database: Session, secret_key: str, selection: Selection) -> Iterator[bytes]:
    paths = Paths(database)
    for leaves in selection.read(database, AT_ONCE):
        for kind, some in groupby(leaves, lambda leaf: leaf.kind):
            for said in _records(database, secret_key, kind, list(some), paths):
                yield canonical(said) + b"\n"


def _records(
    database: Session, secret_key: str, kind: str, leaves: Sequence[ProofLeaf], paths: Paths
) -> Iterator[Mapping[str, Any]]:
    """The lines of some records of one kind; one that is gone has none, and the verifier misses it."""
    ids = [leaf.record_id for leaf in leaves]
    found, kept = records.read_records(database, kind, ids), kept_forms(database, kind, ids)
    persons = {person_of(agent) for record in found.values() for agent in record.agents().values()}
    known = known_secrets(database, secret_key, persons)
    sizes = _leaves_by_day(database, {leaf.day for leaf in leaves})
    for leaf in leaves:
        record = found.get(leaf.record_id)
        if record is not None:
            keys = keys_for(record.agents(), known, kind, record.id)
            yield {
                "kind": kind,
                "id": str(leaf.record_id),
                "day": leaf.day.isoformat(),
                "position": leaf.position,
                "path": paths.path_of(leaf.day, leaf.position, sizes[leaf.day]),
                "content": record.content,
                "form": kept.get(leaf.record_id),
                "keys": {at: key.hex() for at, key in keys.items()},
            }


def _leaves_by_day(database: Session, days: set[date]) -> dict[date, int]:
    rows = database.execute(select(ProofDay.day, ProofDay.leaves).where(ProofDay.day.in_(days)))
    return {day: leaves for day, leaves in rows}  # noqa: C416 - rows are no pairs for dict()


def _spool(name: str, pieces: Iterable[bytes]) -> File:
    content: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the pack is written
    size, crc, count, digest = 0, 0, 0, hashlib.sha256()
    for piece in pieces:
        content.write(piece)
        size, crc, count = size + len(piece), zlib.crc32(piece, crc), count + 1
        digest.update(piece)
    return File(name, content, size, crc, digest.hexdigest(), count)


def _write_container(files: Sequence[File], out: IO[bytes]) -> None:
    """A ZIP file, stored, that can be written in one way only."""
    if sum(file.size for file in files) > LARGEST:
        raise PackTooLarge("more than 4 GiB: export it day by day, or by learner")
    at, central = 0, b""
    for file in files:
        header = local_header(file.name, file.crc, file.size)
        central += central_entry(file.name, file.crc, file.size, at)
        out.write(header)
        file.content.seek(0)
        shutil.copyfileobj(file.content, out)
        file.content.close()
        at += len(header) + file.size
    out.write(central + end_record(len(files), len(central), at))
