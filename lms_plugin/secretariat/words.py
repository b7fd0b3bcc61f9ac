"""What the codes of a record are called on the page and in the advice of its filters."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, lazy_gettext, ngettext
from flask_babel import gettext as _

from lms_plugin.records.fact import Kind
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem

KIND_WORDS: Mapping[str, Any] = {
    "module": lazy_gettext("Modulo"),
    "webinar": lazy_gettext("Webinar"),
    "lesson": lazy_gettext("Lezione"),
    "assessment": lazy_gettext("Verifica di modulo"),
    "final_assessment": lazy_gettext("Verifica finale"),
    "programme": lazy_gettext("Programma"),
    "simulation": lazy_gettext("Simulazione"),
}
OUTCOME_WORDS: Mapping[str, Any] = {
    "completed": lazy_gettext("Completato"),
    "passed": lazy_gettext("Superato"),
    "failed": lazy_gettext("Non superato"),
    "attended": lazy_gettext("Presenza riconosciuta"),
}
# Outcome -> kind of the status chip in web/macros.html.
OUTCOME_STATUS = {"completed": "done", "passed": "done", "failed": "failed", "attended": "done"}
ORDER_WORDS: Mapping[str, Any] = {
    "newest": lazy_gettext("Prima i più recenti"),
    "oldest": lazy_gettext("Prima i più vecchi"),
    "name": lazy_gettext("Per nome, dalla A alla Z"),
}
FILTER_WORDS: Mapping[str, Any] = {
    "programme": lazy_gettext("Programma"),
    "activity": lazy_gettext("Attività"),
    "kind": lazy_gettext("Tipo di attività"),
    "outcome": lazy_gettext("Esito"),
    "from": lazy_gettext("Dal giorno"),
    "to": lazy_gettext("Al giorno"),
    "q": lazy_gettext("Nome o account"),
    "deployment": lazy_gettext("Piattaforma"),
    "page": lazy_gettext("Pagina"),
    "order": lazy_gettext("Ordine"),
    "excel": lazy_gettext("Variante del file"),
}
EVIDENCE_WORDS: Mapping[str, Any] = {
    Kind.RULE_IN_FORCE: lazy_gettext("Regola in vigore"),
    Kind.ORIGIN_IN_FORCE: lazy_gettext("Piattaforma e corso di provenienza"),
    Kind.ACTIVITY_OPENED: lazy_gettext("Attività aperta"),
    Kind.LESSON_READ: lazy_gettext("Lezione letta"),
    Kind.SELF_CHECK_ANSWERED: lazy_gettext("Risposta a una domanda di autoverifica"),
    Kind.ASSESSMENT_STARTED: lazy_gettext("Verifica iniziata"),
    Kind.ASSESSMENT_ANSWERED: lazy_gettext("Risposta salvata"),
    Kind.ASSESSMENT_SUBMITTED: lazy_gettext("Verifica consegnata"),
    Kind.ASSESSMENT_REOPENED: lazy_gettext("Tentativo in più concesso"),
    Kind.SIMULATION_STARTED: lazy_gettext("Simulazione iniziata"),
    Kind.SIMULATION_CHOSEN: lazy_gettext("Scelta in una simulazione"),
    Kind.SIMULATION_ENDED: lazy_gettext("Simulazione giocata fino alla fine"),
    Kind.WEBINAR_JOINED: lazy_gettext("Ingresso nel webinar"),
    Kind.WEBINAR_LEFT: lazy_gettext("Uscita dal webinar"),
    Kind.WEBINAR_SETTLED: lazy_gettext("Presenza calcolata"),
}
SOURCE_WORDS: Mapping[str, Any] = {
    "module player": lazy_gettext("Pagine del modulo"),
    "webinar provider": lazy_gettext("Servizio di webinar"),
    "attendance rule": lazy_gettext("Regola di presenza"),
    "programme": lazy_gettext("File del programma"),
    "secretariat": lazy_gettext("Segreteria"),
    "launch": lazy_gettext("Arrivo dalla piattaforma"),
}
TARGET_WORDS: Mapping[str, Any] = {
    "ags": lazy_gettext("Registro dei voti della piattaforma (LMS)"),
}
# What became of a statement at another LRS -> chip and words.
FATE_WORDS: Mapping[str, tuple[str, Any]] = {
    "delivered": ("done", lazy_gettext("Consegnato")),
    "waiting": ("waiting", lazy_gettext("In attesa")),
    "dead": ("failed", lazy_gettext("Rifiutato")),
    "discarded": ("todo", lazy_gettext("Abbandonato")),
}
STATE_WORDS: Mapping[str, Any] = {
    "waiting": lazy_gettext("In attesa"),
    "delivered": lazy_gettext("Consegnato"),
    "not_wanted": lazy_gettext("Non richiesto"),
    "dead": lazy_gettext("Rifiutato"),
    "superseded": lazy_gettext("Sostituito"),
    "discarded": lazy_gettext("Abbandonato"),
}
DELIVERY_STATUS = {
    "delivered": "done",
    "dead": "failed",
    "not_wanted": "todo",
    "waiting": "waiting",
    "superseded": "todo",
}
SEARCH_WORDS: Mapping[str, Any] = {
    "who": lazy_gettext("Persona"),
    "learner": lazy_gettext("Persona"),
    "verb": lazy_gettext("Verbo"),
    "activity": lazy_gettext("Attività"),
    "registration": lazy_gettext("Percorso (registration)"),
    "origin": lazy_gettext("Da dove viene"),
    "after": lazy_gettext("Pagina"),
}
ORIGIN_WORDS: Mapping[str, Any] = {
    "own": lazy_gettext("Segue dalle nostre prove"),
    "client": lazy_gettext("Mandata da un altro sistema"),
}
ONE_PERSON_ADVICE = lazy_gettext(
    "Indica una sola persona: apri la pagina e scegline una, poi scarica il file."
)
# What to write for the parameter of the file's variant.
EXCEL_ADVICE = lazy_gettext("Scrivi 1 per il file adatto a Excel, oppure toglilo.")
MINUTE = 60  # seconds


def moment(at: datetime) -> str:
    """An instant for people: "23/11/2026, 10:32:05", in the application's time zone (Europe/Rome)."""
    return str(format_datetime(at, "dd/MM/yyyy, HH:mm:ss"))


def short_moment(at: datetime) -> str:
    """An instant for people, to the minute: "23/11/2026, 10:32"."""
    return str(format_datetime(at, "dd/MM/yyyy, HH:mm"))


def short_day(day: date) -> str:
    """A day for people: "23/11/2026"."""
    return str(format_date(day, "dd/MM/yyyy"))


def in_minutes(seconds: float) -> bool:
    """Whether a length of time is said in whole minutes; below one minute it is said in seconds."""
    return seconds >= MINUTE


def duration(seconds: float) -> str:
    """A length of time for people: "63 minuti", or "5 secondi" when it is under a minute."""
    if in_minutes(seconds):
        return str(ngettext("%(num)s minuto", "%(num)s minuti", int(seconds) // MINUTE))
    return str(ngettext("%(num)s secondo", "%(num)s secondi", int(seconds)))


def duration_out_of(seconds: float, whole: float) -> str:
    """A part of a length of time: "63 minuti su 90"; the second unit is said when it is another one."""
    said = duration(whole)
    if in_minutes(seconds) == in_minutes(whole):
        said = str(int(whole) // MINUTE if in_minutes(whole) else int(whole))
    return str(_("%(part)s su %(whole)s", part=duration(seconds), whole=said))


def delivery_words(item: OutboxItem, last: DeliveryAttempt | None) -> str:
    """What there is to say beside the state, with the remote's own words where they matter."""
    if item.status == "delivered":
        return str(_("il %(when)s", when=moment(last.at))) if last else ""
    if item.status == "not_wanted":
        return str(_("la piattaforma non chiede questo voto"))
    if item.status == "superseded":
        return str(_("al suo posto va un voto più recente"))
    if item.status == "dead":
        return str(_("risposta del sistema: %(answer)s", answer=_answer(last)))
    if last is None:
        return str(_("il primo invio non è ancora partito"))
    return str(
        _(
            "tentativi: %(times)s, il prossimo dopo il %(when)s; ultima risposta: %(answer)s",
            times=item.attempts,
            when=moment(item.due_at),
            answer=_answer(last),
        )
    )


def _answer(last: DeliveryAttempt | None) -> str:
    if last is None:
        return str(_("nessuna"))
    status = f"HTTP {last.http_status} " if last.http_status else ""
    return f"{status}{last.answer.strip()}".strip() or str(_("nessuna"))
