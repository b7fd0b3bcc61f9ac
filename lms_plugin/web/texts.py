"""Words and moments in the reader's language, as template filters."""

from collections.abc import Mapping
from datetime import date, datetime
from gettext import NullTranslations
from typing import cast

from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal, get_translations
from flask_babel import gettext as _
from markupsafe import Markup

from course_content.programme import text_in
from lms_plugin.web.visit_urls import chosen_language


def in_language(texts: Mapping[str, str]) -> str:
    """The text in the page's language, else in Italian."""
    return text_in(texts, chosen_language())


def marked(texts: Mapping[str, str]) -> str:
    """The same, saying with `lang` when it is not in the page's language (WCAG 3.1.2)."""
    language = chosen_language()
    if language == "it" or texts.get(language):
        return in_language(texts)
    return Markup('<span lang="it">{}</span>').format(in_language(texts))


def day(instant: date | datetime) -> str:
    """A date in words, Europe/Rome: «23 novembre 2026»."""
    return str(format_date(instant, "d MMMM y"))


def moment(instant: datetime) -> str:
    """Date and time in words, Europe/Rome: «23 novembre 2026, ore 10:00»."""
    return str(_("%(day)s, ore %(time)s", day=day(instant), time=format_datetime(instant, "HH:mm")))


def clock(instant: datetime) -> str:
    """The time of day, Europe/Rome: «10:44»."""
    return str(format_datetime(instant, "HH:mm"))


def number(whole: int) -> str:
    """A whole number for people: «1.204»."""
    return str(format_decimal(whole))


def _catalogue() -> NullTranslations:
    """The page's catalogue, looked up once for all its words."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return cast("NullTranslations", g.catalogue)


def _translated(text: str) -> str:
    return _catalogue().gettext(text)


def _counted(singular: str, plural: str, number: int) -> str:
    return _catalogue().ngettext(singular, plural, number)


def install_texts(app: Flask) -> None:
    """Adds words and filters to the templates."""
    app.jinja_env.install_gettext_callables(_translated, _counted, newstyle=True)  # type: ignore[attr-defined]
    for text_filter in (in_language, marked, day, moment, clock, number):
        app.add_template_filter(text_filter)
