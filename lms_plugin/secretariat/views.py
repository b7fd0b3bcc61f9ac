"""The blueprint of the room with all its pages attached to it."""

from flask_babel import lazy_gettext as _

from lms_plugin.secretariat import (
    record_pages,
    records_pages,
    reopening_pages,
    resend_pages,
    sign_in_pages,
    statement_pages,
)
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.web.problems import explain

__all__ = [
    "blueprint",
    "record_pages",
    "records_pages",
    "reopening_pages",
    "resend_pages",
    "sign_in_pages",
    "statement_pages",
]

explain(
    {
        "attempts_left": _(
            "Questa persona ha ancora un tentativo da fare o da finire: non c'è niente da riaprire."
        ),
        "assessment_passed": _("Questa verifica è già superata: non c'è niente da riaprire."),
        "assessment_unknown": _("Questa verifica non è più fra quelle del programma."),
    }
)
