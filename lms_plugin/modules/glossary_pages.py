"""The glossary of a programme, where the first use of each of its words in a lesson leads."""

from flask import render_template
from werkzeug.exceptions import NotFound

from lms_plugin.modules.attending import READERS
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.web.access import visitors
from lms_plugin.web.configuration import programme as programme_of


@blueprint.get("/programmes/<programme_id>/glossary")
@visitors(*READERS)
def glossary(programme_id: str) -> str:
    """Every term in the order of the alphabet, with what it means."""
    found = programme_of(programme_id)
    if not found.lexicon.terms:
        raise NotFound
    terms = sorted(found.lexicon.terms, key=lambda term: term.term.casefold())
    return render_template("modules/glossary.html", programme=found, terms=terms)
