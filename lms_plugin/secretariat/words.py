"""What the codes of a record are called on the page and in the advice of its filters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, lazy_gettext
from flask_babel import gettext as _

from lms_plugin.records.fact import Kind
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem

KIND_WORDS: Mapping[str, Any] = {
    "module": lazy_gettext("Modulo"),
    "webinar": lazy_gettext("Webinar"),
    "lesson": lazy_gettext("Lezione"),
    "assessment": lazy_gettext("Prova finale"),
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
}
EVIDENCE_WORDS: Mapping[str, Any] = {
    Kind.RULE_IN_FORCE: lazy_gettext("Regola in vigore"),
    Kind.ACTIVITY_OPENED: lazy_gettext("Attività aperta"),
    Kind.LESSON_READ: lazy_gettext("Lezione letta"),
    Kind.SELF_CHECK_ANSWERED: lazy_gettext("Risposta a una domanda di autoverifica"),
    Kind.ASSESSMENT_STARTED: lazy_gettext("Prova iniziata"),
    Kind.ASSESSMENT_ANSWERED: lazy_gettext("Risposta salvata"),
    Kind.ASSESSMENT_SUBMITTED: lazy_gettext("Prova consegnata"),
    Kind.WEBINAR_JOINED: lazy_gettext("Ingresso nel webinar"),
    Kind.WEBINAR_LEFT: lazy_gettext("Uscita dal webinar"),
    Kind.WEBINAR_SETTLED: lazy_gettext("Presenza calcolata"),
}
TARGET_WORDS: Mapping[str, Any] = {
    "lrs": lazy_gettext("LRS esterno"),
    "ags": lazy_gettext("Registro dei voti della piattaforma (LMS)"),
}
DELIVERY_STATUS = {"delivered": "done", "dead": "failed", "not_wanted": "todo", "waiting": "waiting"}


def moment(at: datetime) -> str:
    """An instant for people: "23/11/2026, 10:32:05", in the application's time zone (Europe/Rome)."""
    return format_datetime(at, "dd/MM/yyyy, HH:mm:ss")


def short_moment(at: datetime) -> str:
    """An instant for people, to the minute: "23/11/2026, 10:32"."""
    return format_datetime(at, "dd/MM/yyyy, HH:mm")


def delivery_words(item: OutboxItem, last: DeliveryAttempt | None) -> str:
    """The state of one thing to deliver as a sentence, with the remote's own words where they matter."""
    if item.status == "delivered" and last is not None:
        return _("Consegnato il %(when)s.", when=moment(last.at))
    if item.status == "delivered":
        return _("Consegnato.")
    if item.status == "not_wanted":
        return _("Non inviato: la piattaforma non chiede questo voto.")
    if item.status == "dead":
        return _("Rifiutato: %(answer)s", answer=_answer(last))
    if last is None:
        return _("In attesa del primo invio.")
    return _(
        "In attesa: %(times)s tentativi, il prossimo dal %(when)s. Ultima risposta: %(answer)s",
        times=item.attempts,
        when=moment(item.due_at),
        answer=_answer(last),
    )


def _answer(last: DeliveryAttempt | None) -> str:
    if last is None:
        return _("nessuna risposta.")
    status = f"HTTP {last.http_status} " if last.http_status else ""
    return f"{status}{last.answer.strip()}".strip() or _("nessuna risposta.")
