"""Statements as files: NDJSON with each statement as the LRS gives it out, CSV with a line for each."""

import csv
import hashlib
import io
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from lms_plugin.secretariat.export import BLOCK, Tally
from lms_plugin.secretariat.statement_summary import StatementSummary, summary
from lms_plugin.web.spreadsheets import BOM, harmless

HEADER = (
    "statement_id",
    "stored",
    "timestamp",
    "attore",
    "attore_home_page",
    "verbo",
    "verbo_iri",
    "oggetto",
    "oggetto_iri",
    "completato",
    "superato",
    "punteggio_scaled",
    "durata",
    "registration",
    "autorita",
)


def ndjson_blocks(bodies: Iterable[str], tally: Tally) -> Generator[bytes, None, None]:
    """One statement on each line, UTF-8, block by block."""
    yield from _counted(_gathered(f"{body}\n" for body in _each(bodies, tally)), tally)


def statement_csv_blocks(
    bodies: Iterable[str], language: str, tally: Tally, *, excel: bool
) -> Generator[bytes, None, None]:
    """One line for each statement; for Excel with `;` and a byte order mark."""
    yield from _counted(_gathered(_csv_lines(_each(bodies, tally), language, excel=excel)), tally)


def _each(bodies: Iterable[str], tally: Tally) -> Iterator[str]:
    for body in bodies:
        tally.rows += 1
        yield body


def _csv_lines(bodies: Iterable[str], language: str, *, excel: bool) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if excel else ",", lineterminator="\r\n")
    buffer.write(BOM if excel else "")
    writer.writerow(HEADER)
    for body in bodies:
        writer.writerow(map(harmless, _cells(summary(body, language))))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cells(one: StatementSummary) -> tuple[str, ...]:
    result = one.result
    cells: tuple[Any, ...] = (
        one.id,
        one.stored.isoformat(),
        one.timestamp,
        one.actor,
        one.actor_home,
        one.verb,
        one.verb_iri,
        one.object,
        one.object_iri,
        result.get("completion", ""),
        result.get("success", ""),
        result.get("score", {}).get("scaled", ""),
        result.get("duration", ""),
        one.registration,
        one.authority,
    )
    return tuple(str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in cells)


def _gathered(lines: Iterable[str]) -> Iterator[bytes]:
    """Blocks of a size worth sending."""
    kept: list[str] = []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line)
        if size >= BLOCK:
            yield "".join(kept).encode()
            kept, size = [], 0
    yield "".join(kept).encode()


def _counted(blocks: Iterable[bytes], tally: Tally) -> Generator[bytes, None, None]:
    tally.digest = hashlib.sha256()
    for block in blocks:
        tally.digest.update(block)
        yield block
    tally.complete = True
