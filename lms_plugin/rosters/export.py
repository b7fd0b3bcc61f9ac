"""Everybody of a course as a CSV file."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from lms_plugin.rosters.people import Person, Standing
from lms_plugin.web.clock import ROME
from lms_plugin.web.spreadsheets import BOM, harmless

HEADER = (
    "utente", "nome", "email", "parte", "situazione", "sospeso", "nell_elenco_dal", "uscito_dall_elenco_il",
    "ultimo_ingresso",
)  # fmt: skip
PARTS = {
    "learner": "partecipante",
    "trainer": "docente",
    "observer": "osservatore",
    "lms_administrator": "amministratore",
}
STANDINGS = {
    Standing.CAME: "entrato",
    Standing.NEVER_CAME: "mai entrato",
    Standing.LEFT: "entrato, non più iscritto",
    Standing.GONE: "non più iscritto",
}


def roster_file_name(now: datetime) -> str:
    """`coalizione_iscritti_<AAAAMMGG>.csv`, the day in Italy."""
    return f"coalizione_iscritti_{now.astimezone(ROME):%Y%m%d}.csv"


def roster_csv(people: Iterable[Person], *, excel: bool) -> str:
    """The whole file; for Excel with `;` and a byte order mark. Its words are Italian in every language."""
    buffer = io.StringIO()
    buffer.write(BOM if excel else "")
    writer = csv.writer(buffer, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([harmless(cell) for cell in _cells(person)] for person in people)
    return buffer.getvalue()


def _cells(person: Person) -> Iterator[str]:
    yield from (person.user_id, person.name, person.email, PARTS[person.part], STANDINGS[person.standing])
    yield "sì" if person.suspended else "no"
    yield from map(_local, (person.joined_at, person.gone_at, person.last_launch_at))


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(ROME).isoformat(timespec="seconds")
