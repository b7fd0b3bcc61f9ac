"""The blueprint of the room with all its pages, and what to say when one of them refuses."""

from flask_babel import lazy_gettext as _

from lms_plugin.modules import (
    assessment_pages,
    calendar_pages,
    glossary_pages,
    lesson_pages,
    overview_pages,
    resend_pages,
    simulation_pages,
    submission_pages,
    worksheet_pages,
)
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.web.problems import explain

__all__ = [
    "assessment_pages",
    "blueprint",
    "calendar_pages",
    "glossary_pages",
    "lesson_pages",
    "overview_pages",
    "resend_pages",
    "simulation_pages",
    "submission_pages",
    "worksheet_pages",
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
        "score_unknown": _("Questo risultato non c'è, o non è tuo. Torna alla pagina dell'attività."),
        "not_dead": _(
            "Non c'è niente di fermo da inviare di nuovo: la pagina di prima dice a che punto è l'invio."
        ),
        "resent_too_often": _(
            "Hai chiesto da poco di inviare di nuovo questo risultato. Aspetta dieci minuti; se dopo qualche"
            " prova non arriva, scrivi alla segreteria."
        ),
        "no_attempts_left": _(
            "Hai usato tutti i tentativi di questa verifica. Conta il risultato migliore. Per averne un altro"
            " scrivi alla segreteria del programma: può riaprire la verifica."
        ),
        "choice_out_of_place": _(
            "La partita non è a questo punto: la pagina che avevi aperto forse è vecchia. Torna alla"
            " simulazione e riprendi da dove eri. Le scelte già fatte ci sono ancora."
        ),
        "unknown_option": _(
            "Una delle risposte non è fra quelle proposte. La pagina che avevi aperto forse è vecchia: torna"
            " indietro, ricaricala e rispondi di nuovo. Le risposte già salvate ci sono ancora."
        ),
    }
)
