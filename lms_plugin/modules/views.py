"""The blueprint of the room with all its pages, and what to say when one of them refuses."""

from flask_babel import lazy_gettext as _

from lms_plugin.modules import (
    assessment_pages,
    calendar_pages,
    lesson_pages,
    overview_pages,
    submission_pages,
)
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.web.problems import explain

__all__ = [
    "assessment_pages",
    "blueprint",
    "calendar_pages",
    "lesson_pages",
    "overview_pages",
    "submission_pages",
]

explain(
    {
        "module_in_preparation": _("Questo modulo è in preparazione: non puoi ancora aprirlo."),
        "only_looking": _(
            "Con il tuo ruolo puoi leggere queste pagine, ma le tue risposte non si registrano."
        ),
        "nothing_to_review": _(
            "Questa pagina si apre solo dal registro voti del tuo LMS, per rivedere una consegna."
        ),
        "no_attempts_left": _("Hai usato tutti i tentativi di questa verifica. Conta il risultato migliore."),
        "unknown_option": _(
            "Una delle risposte non è fra quelle proposte. La pagina che avevi aperto forse è vecchia: torna"
            " indietro, ricaricala e rispondi di nuovo. Le risposte già salvate ci sono ancora."
        ),
    }
)
