"""Why a record was concluded, in words, from the payloads of the evidence that the rule looked at."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from course_content.simulation import INDICATORS
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.secretariat.words import duration_out_of, short_moment
from lms_plugin.web.simulation_words import BAND_WORDS, INDICATOR_WORDS

Payload = Mapping[str, Any]


def reasons(kind: str, evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Sentences that answer "done because…"; empty when we have no words for the evidence."""
    rows = tuple(evidence)
    return tuple(REASONS.get(kind, _nothing)(rows))


def _nothing(_rows: tuple[Evidence, ...]) -> Iterator[str]:
    return iter(())


def _of_kind(rows: tuple[Evidence, ...], kind: Kind) -> list[Evidence]:
    return [row for row in rows if row.kind == kind]


def _lesson(rows: tuple[Evidence, ...]) -> Iterator[str]:
    for row in _of_kind(rows, Kind.LESSON_READ):
        yield _(
            "La persona ha letto la lezione fino in fondo il %(when)s.", when=short_moment(row.occurred_at)
        )


def _assessment(rows: tuple[Evidence, ...]) -> Iterator[str]:
    for row in _of_kind(rows, Kind.ASSESSMENT_SUBMITTED):
        said = json.loads(row.payload)
        facts = {
            "attempt": said.get("attempt", "?"),
            "percent": said.get("percent", "?"),
            "threshold": said.get("pass_percent", "?"),
            "when": short_moment(row.occurred_at),
        }
        yield _(
            "Verifica consegnata il %(when)s, tentativo %(attempt)s:"
            " risultato %(percent)s%%, soglia %(threshold)s%%.",
            **facts,
        )


def _module(rows: tuple[Evidence, ...]) -> Iterator[str]:
    read = {row.activity_id for row in _of_kind(rows, Kind.LESSON_READ)}
    if read:
        yield ngettext(
            "La persona ha letto %(num)s lezione.", "La persona ha letto %(num)s lezioni.", len(read)
        )
    yield from _assessment(rows)


def _webinar(rows: tuple[Evidence, ...]) -> Iterator[str]:
    settled = _of_kind(rows, Kind.WEBINAR_SETTLED)
    for row in settled[-1:]:
        said = json.loads(row.payload)
        yield _(
            "Presenza di %(duration)s: %(percent)s%%, soglia %(threshold)s%%.",
            duration=_duration(said),
            percent=said.get("percent", "?"),
            threshold=said.get("threshold_percent", "?"),
        )
        if said.get("estimated"):
            yield _("Una parte degli orari è stimata: il servizio di webinar non ha inviato tutte le uscite.")


def _duration(said: Payload) -> str:
    attended, denominator = said.get("attended_seconds"), said.get("denominator_seconds")
    if isinstance(attended, int | float) and isinstance(denominator, int | float):
        return duration_out_of(attended, denominator)
    return "?"


def _simulation(rows: tuple[Evidence, ...]) -> Iterator[str]:
    for row in _of_kind(rows, Kind.SIMULATION_ENDED):
        said = json.loads(row.payload)
        yield _(
            "Partita %(run)s giocata fino alla fine il %(when)s: %(points)s punti su %(most)s, «%(band)s».",
            run=said["run"],
            when=short_moment(row.occurred_at),
            points=said["total"],
            most=said["most_total"],
            band=BAND_WORDS[said["band"]],
        )
        levels = ", ".join(f"{INDICATOR_WORDS[one]} {said['indicators'][one]}" for one in INDICATORS)
        yield _("Indicatori alla fine, su 20: %(levels)s.", levels=levels)


def _programme(rows: tuple[Evidence, ...]) -> Iterator[str]:
    if rows:
        yield _("È fatto tutto ciò che la regola del programma chiede.")
    yield from _module(rows)


REASONS: Mapping[str, Callable[[tuple[Evidence, ...]], Iterator[str]]] = {
    "lesson": _lesson,
    "assessment": _assessment,
    "final_assessment": _assessment,
    "module": _module,
    "webinar": _webinar,
    "programme": _programme,
    "simulation": _simulation,
}
