"""What scopes, states and choices are called on the administrators' page of credentials."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

# State -> kind of the chip in web/macros.html, and its words.
STATES: Mapping[str, tuple[str, Any]] = {
    "in force": ("done", _("In vigore")),
    "expired": ("todo", _("Scaduta")),
    "revoked": ("failed", _("Revocata")),
}
SCOPE_WORDS: Mapping[str, Any] = {
    "all": _("Tutto"),
    "all/read": _("Leggere tutto"),
    "statements/read": _("Leggere le dichiarazioni di tutti"),
    "statements/read/mine": _("Leggere solo le dichiarazioni scritte con questa credenziale"),
    "statements/write": _("Scrivere dichiarazioni"),
    "state": _("Leggere e scrivere i documenti di stato"),
    "profile": _("Leggere e scrivere i documenti di profilo"),
    "define": _("Definire nomi e descrizioni delle attività"),
}
# Days until it expires, hours that the old secret still opens, requests a minute; "" for none, or the usual.
DAYS: Mapping[str, Any] = {
    "": _("Mai"),
    "30": _("Tra 30 giorni"),
    "90": _("Tra 90 giorni"),
    "365": _("Tra un anno"),
}
HOURS: Mapping[str, Any] = {
    "0": _("Smette subito di funzionare"),
    "24": _("Funziona ancora per un giorno"),
    "168": _("Funziona ancora per una settimana"),
}
RATES: Mapping[str, Any] = {
    "": _("Il limite abituale"),
    "600": _("600 al minuto"),
    "6000": _("6.000 al minuto"),
    "0": _("Senza limite"),
}
DONE: Mapping[str, Any] = {"revoked": _("Credenziale revocata: dalla prossima richiesta non apre più.")}
