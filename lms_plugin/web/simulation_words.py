"""What the indicators and the bands of simulations are called, wherever they are shown."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from course_content.simulations import WEAK_BELOW

GOOD_FROM = 13

INDICATOR_WORDS: Mapping[str, Any] = {
    "LEG": lazy_gettext("Legittimità"),
    "FID": lazy_gettext("Fiducia"),
    "ESI": lazy_gettext("Esiti per le persone"),
    "SOS": lazy_gettext("Sostenibilità"),
}
INDICATOR_QUESTIONS: Mapping[str, Any] = {
    "LEG": lazy_gettext("Gli atti sono corretti e motivati?"),
    "FID": lazy_gettext("La rete e i cittadini ti credono?"),
    "ESI": lazy_gettext("Le persone stanno meglio?"),
    "SOS": lazy_gettext("Tempo e bilancio reggono?"),
}
BAND_WORDS: Mapping[str, Any] = {
    "solid": lazy_gettext("Coalizione solida"),
    "fragile": lazy_gettext("Equilibrio fragile"),
    "rethink": lazy_gettext("Da ripensare"),
}
# Band -> kind of the status chip, and of the callout, in web/macros.html.
BAND_STATUS = {"solid": "done", "fragile": "warning", "rethink": "failed"}
BAND_CALLOUT = {"solid": "success", "fragile": "warning", "rethink": "danger"}


def level_words(value: int) -> str:
    """How high an indicator stands, in a word."""
    if value < WEAK_BELOW:
        return str(_("debole"))
    return str(_("buono") if value >= GOOD_FROM else _("regge"))


def change_words(change: int) -> str:
    """How an indicator moved, as one would read it aloud."""
    if change > 0:
        return str(_("sale di %(points)s", points=change))
    return str(_("scende di %(points)s", points=-change) if change else _("non cambia"))


def signed(change: int) -> str:
    """A change with its sign, typographic minus included: «+2», «−3», «0»."""
    return f"+{change}" if change > 0 else str(change).replace("-", "−")
