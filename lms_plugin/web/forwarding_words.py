"""What is said to people about the other LRSs that get our statements («archivi»)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, lazy_gettext, ngettext
from flask_babel import gettext as _

from lms_plugin.delivery.forwarding.standing import MOST_COUNTED, Standing, State
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.web.texts import moment

# State -> kind of the chip in web/macros.html, and its words.
STATES: Mapping[State, tuple[str, Any]] = {
    State.WELL: ("done", lazy_gettext("Riceve")),
    State.DOWN: ("failed", lazy_gettext("Non risponde")),
    State.STUCK: ("failed", lazy_gettext("Fermo")),
    State.LAGGING: ("warning", lazy_gettext("In ritardo")),
    State.REFUSED: ("failed", lazy_gettext("Rifiuta le credenziali")),
    State.REJECTING: ("failed", lazy_gettext("Rifiuta tutto")),
    State.PAUSED: ("waiting", lazy_gettext("In pausa")),
    State.UNSET: ("todo", lazy_gettext("Tolto dalla configurazione")),
}
_SENTENCES: Mapping[State, Any] = {
    State.DOWN: lazy_gettext(
        "Dal %(when)s l'archivio «%(name)s» non risponde come dovrebbe: %(waiting)s; niente è perduto, e"
        " tutto parte da sé quando l'archivio torna."
    ),
    State.STUCK: lazy_gettext(
        "Dal %(when)s nessuno invia all'archivio «%(name)s»: %(waiting)s; niente è perduto. Chi cura il"
        " server controlli che il processo degli invii sia in funzione."
    ),
    State.LAGGING: lazy_gettext(
        "Dal %(when)s l'archivio «%(name)s» riceve meno di quanto arriva: %(waiting)s; niente è perduto."
    ),
    State.REFUSED: lazy_gettext(
        "Dal %(when)s l'archivio «%(name)s» rifiuta le nostre credenziali e l'invio è in pausa: %(waiting)s;"
        " niente è perduto. Chiedi credenziali valide a chi lo gestisce, salvale qui e riprendi l'invio."
    ),
    State.REJECTING: lazy_gettext(
        "Dal %(when)s l'archivio «%(name)s» rifiuta una dichiarazione dopo l'altra e l'invio è in pausa:"
        " %(waiting)s; niente è perduto. Leggi le sue risposte qui sotto, poi riprendi l'invio."
    ),
    State.PAUSED: lazy_gettext(
        "Dal %(when)s l'invio all'archivio «%(name)s» è in pausa perché qualcuno l'ha fermato: %(waiting)s;"
        " niente è perduto."
    ),
    State.UNSET: lazy_gettext(
        "Dal %(when)s la configurazione (COALIZIONE_LRS_ENDPOINT) non nomina più l'archivio «%(name)s»:"
        " %(waiting)s."
    ),
}
CANARY: Mapping[str, tuple[str, Any]] = {
    "": ("todo", lazy_gettext("Non ancora fatta")),
    "well": ("done", lazy_gettext("Scritta e riletta uguale")),
    "not_written": ("failed", lazy_gettext("Non si è potuta scrivere")),
    "not_read": ("warning", lazy_gettext("Scritta, ma non si è potuta rileggere")),
    "changed": ("failed", lazy_gettext("Riletta diversa da come era")),
}


def about_target(target: ForwardingTarget, standing: Standing) -> str:
    """One plain sentence: since when, what, how much waits, and that nothing is lost."""
    waiting = waiting_words(standing.waiting)
    if standing.state is State.WELL:
        if not standing.waiting:
            return str(_("L'archivio «%(name)s» ha ricevuto tutto.", name=target.name))
        return str(_("L'archivio «%(name)s» riceve: %(waiting)s.", name=target.name, waiting=waiting))
    when = moment(standing.since)
    return str(_SENTENCES[standing.state]) % {"when": when, "name": target.name, "waiting": waiting}


def waiting_words(number: int) -> str:
    """«1.204 dichiarazioni aspettano»."""
    shown = format_decimal(number)
    if number >= MOST_COUNTED:
        return str(_("più di %(shown)s dichiarazioni aspettano", shown=format_decimal(MOST_COUNTED)))
    return str(
        ngettext("%(shown)s dichiarazione aspetta", "%(shown)s dichiarazioni aspettano", number, shown=shown)
    )
