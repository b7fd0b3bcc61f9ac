"""Why an LMS did not take a score, and when things happened, in words for whoever learns."""

from datetime import datetime

from flask import Flask
from flask_babel import format_date
from flask_babel import gettext as _

from lms_plugin.web.clock import now
from lms_plugin.web.texts import clock, moment

SERVER_ERROR = 500


def at_time(instant: datetime) -> str:
    """When something happens or did: «alle 10:32» today, else «il 23 novembre 2026, ore 10:32»."""
    if format_date(instant, "yyyyMMdd") == format_date(now(), "yyyyMMdd"):
        return str(_("alle %(time)s", time=clock(instant)))
    return str(_("il %(moment)s", moment=moment(instant)))


def refusal_words(http_status: int | None) -> str:
    """What the LMS meant, as far as its status tells."""
    if http_status is None or http_status >= SERVER_ERROR:
        return str(_("la piattaforma non ha risposto per molto tempo"))
    if http_status in {404, 410}:
        return str(_("sulla piattaforma non c'è più la colonna dei voti di questa attività"))
    if http_status in {401, 403}:
        return str(
            _("la piattaforma non ci permette di scrivere il tuo voto: forse non risulti più nel corso")
        )
    return str(_("la piattaforma non riconosce il voto o la tua iscrizione al corso"))


def waiting_words(http_status: int | None) -> str:
    """Why a score has not arrived yet, after a try that failed."""
    if http_status is None or http_status >= SERVER_ERROR:
        return str(_("la piattaforma non ha risposto"))
    if http_status in {408, 425, 429}:
        return str(_("la piattaforma ci ha chiesto di aspettare"))
    return str(_("sulla piattaforma c'è qualcosa da sistemare"))


def install_score_words(app: Flask) -> None:
    """Adds the filters to the templates."""
    for text_filter in (at_time, refusal_words, waiting_words):
        app.add_template_filter(text_filter)
