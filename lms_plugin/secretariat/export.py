"""The register as a CSV file, written row by row; counted and hashed on the way for the log."""

import csv
import hashlib
import io
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms_plugin.secretariat.activities import Names
from lms_plugin.secretariat.queries import Record
from lms_plugin.web.clock import ROME
from lms_plugin.web.spreadsheets import BOM, harmless

HEADER = (
    "registrazione_id",
    "partecipante_id",
    "nome",
    "account",
    "account_emittente",
    "piattaforma",
    "deployment",
    "programma",
    "programma_titolo",
    "attivita",
    "attivita_tipo",
    "attivita_titolo",
    "esito",
    "punteggio_percentuale",
    "minuti",
    "completato_il",
    "registrato_il",
    "regola_versione",
    "statement_id",
)
BLOCK = 64 * 1024  # characters gathered before they are sent


@dataclass(slots=True)
class Tally:
    """What went out so far: rows, the SHA-256 of all bytes, and whether the end was reached."""

    rows: int = 0
    complete: bool = False
    digest: Any = field(default_factory=hashlib.sha256)


def register_file_name(now: datetime) -> str:
    """`coalizione_registro_<AAAAMMGG>.csv`, the day in Italy (secretariat reference §3)."""
    return f"coalizione_registro_{now.astimezone(ROME):%Y%m%d}.csv"


def csv_blocks(
    records: Iterable[Record], names: Names, tally: Tally, *, excel: bool
) -> Generator[bytes, None, None]:
    """The file in UTF-8, block by block; for Excel with `;` and a byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if excel else ",", lineterminator="\r\n")
    buffer.write(BOM if excel else "")
    writer.writerow(HEADER)
    for record in records:
        writer.writerow(map(harmless, _cells(record, names)))
        tally.rows += 1
        if buffer.tell() >= BLOCK:
            yield _take(buffer, tally)
    yield _take(buffer, tally)
    tally.complete = True


def _take(buffer: io.StringIO, tally: Tally) -> bytes:
    block = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    tally.digest.update(block)
    return block


def _cells(record: Record, names: Names) -> tuple[str | int | None, ...]:
    return (
        str(record.id),
        str(record.learner_id),
        record.learner_name,
        record.account_name,
        record.home_page,
        record.platform_name,
        record.deployment_name or record.deployment_key,
        record.programme_id,
        names.programme(record.programme_id),
        record.activity_id,
        record.activity_kind,
        names.activity(record.programme_id, record.activity_id),
        record.outcome,
        record.score_percent,
        None if record.duration_seconds is None else record.duration_seconds // 60,
        _local(record.completed_at),
        _local(record.decided_at),
        record.rule_version,
        str(record.statement_id),
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(ROME).isoformat(timespec="seconds")
