"""«Torna al corso»: the link on a visitor's pages to where the LMS wants people back."""

from flask import Flask, g
from flask_babel import gettext as _

from lms_plugin.lti.returning import with_parameters
from lms_plugin.people.role import Role
from lms_plugin.web.visit_urls import STANDING_IN


def install_way_back(app: Flask) -> None:
    """Gives the address to every template."""
    app.context_processor(lambda: {"way_back": way_back()})


def way_back() -> str:
    """The address that this visit's launch named, checked then; empty when there is none.

    A learner's LMS is told in words that nothing is lost (`lti_msg`, LTI 1.3 core §5.4.7).
    """
    visit = g.get("visit")
    if visit is None or not visit.return_url:
        return ""
    if visit.role != Role.LEARNER or STANDING_IN in g:
        return str(visit.return_url)
    return with_parameters(visit.return_url, lti_msg=_("I tuoi progressi sono salvati."))
