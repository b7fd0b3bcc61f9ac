"""Pages that anybody may read: what this is, how accessible it is, what it keeps about people."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _

from lms_plugin.web.access import Door, open_to
from lms_plugin.web.configuration import programmes, settings
from lms_plugin.web.problems import explain

blueprint = Blueprint("information", __name__)


@blueprint.get("/")
@open_to(Door.PUBLIC)
def home() -> str:
    """What this is, for whom, and how to open it from an LMS."""
    return render_template(
        "information/home.html", offered=programmes().values(), public_url=settings().public_url
    )


@blueprint.get("/accessibilita")
@open_to(Door.PUBLIC)
def accessibility() -> str:
    """How accessible the pages are, how that was checked, and what to do when one is not."""
    return render_template("information/accessibility.html")


@blueprint.get("/privacy")
@open_to(Door.PUBLIC)
def privacy() -> str:
    """What is kept about whoever learns, why, and which cookies there are."""
    return render_template("information/privacy.html")


explain(
    {
        "not_found": _("Questa pagina non c'è. Forse l'indirizzo è sbagliato, o la pagina è stata tolta."),
        "method_not_allowed": _("Questa pagina non si apre così. Torna indietro e riprova dal pulsante."),
        "form_expired": _("La pagina è rimasta aperta troppo a lungo. Torna indietro, ricaricala e riprova."),
        "visit_missing": _(
            "La tua visita è finita, o non è mai iniziata. Torna nella piattaforma del tuo ente e riapri"
            " l'attività dal corso: quello che avevi già salvato c'è ancora."
        ),
        "visit_forbidden": _("Con il tuo ruolo non puoi aprire questa pagina."),
        "request_entity_too_large": _("Hai inviato più dati di quanti ne accettiamo."),
        "too_many_requests": _("Troppe richieste in poco tempo. Aspetta un minuto e riprova."),
        "internal_error": _(
            "Si è rotto qualcosa da parte nostra. Riprova fra qualche minuto: ciò che era salvato c'è ancora."
        ),
    }
)
