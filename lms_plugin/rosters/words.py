"""What the codes of a roster are called on the page, and what to do about a failure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, lazy_gettext

from lms_plugin.people.role import Role
from lms_plugin.rosters.people import Standing

PART_WORDS: Mapping[str, Any] = {
    Role.LEARNER: lazy_gettext("Partecipante"),
    Role.TRAINER: lazy_gettext("Docente"),
    Role.OBSERVER: lazy_gettext("Osservatore"),
    Role.LMS_ADMINISTRATOR: lazy_gettext("Amministratore della piattaforma"),
}
STANDING_WORDS: Mapping[str, Any] = {
    Standing.CAME: lazy_gettext("Accesso fatto"),
    Standing.NEVER_CAME: lazy_gettext("Nessun accesso"),
    Standing.LEFT: lazy_gettext("Accesso fatto, iscrizione finita"),
    Standing.GONE: lazy_gettext("Iscrizione finita"),
}
# Standing -> kind of the status chip in web/macros.html.
STANDING_STATUS = {
    Standing.CAME: "done",
    Standing.NEVER_CAME: "warning",
    Standing.LEFT: "todo",
    Standing.GONE: "todo",
}
# What went wrong with the last reading, and who can do what about it.
FAILURE_WORDS: Mapping[str, Any] = {
    "refused": lazy_gettext(
        "La piattaforma non ci lascia leggere gli iscritti. Chi la amministra deve permettere allo strumento"
        " il servizio «Nomi e ruoli» (Names and Role Provisioning, NRPS)."
    ),
    "unavailable": lazy_gettext("La piattaforma non ha risposto. Riproviamo da soli: non devi fare nulla."),
    "broken": lazy_gettext(
        "La piattaforma ha dato una risposta che non è un elenco di iscritti."
        " Segnala il fatto a chi la amministra."
    ),
}
UNREADABLE_WORDS: Mapping[str, Any] = {
    "not an object": lazy_gettext("non descrivono una persona"),
    "no usable user_id": lazy_gettext("non hanno un codice utente utilizzabile"),
    "roles are not a list of texts": lazy_gettext("hanno ruoli scritti male"),
    "unknown status": lazy_gettext("hanno uno stato sconosciuto"),
}


def short_moment(at: datetime) -> str:
    """An instant for people, to the minute: "23/11/2026, 10:32" (Europe/Rome)."""
    return str(format_datetime(at, "dd/MM/yyyy, HH:mm"))
