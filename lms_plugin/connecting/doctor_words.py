"""Words of the launch doctor that are decided by values: outcomes, clocks, browsers."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import format_datetime, lazy_gettext, ngettext
from flask_babel import gettext as _

from lms_plugin.connecting.diagnoses import DIAGNOSES
from lms_plugin.connecting.doctor_filter import OPENED_WORD, UNREGISTERED
from lms_plugin.connecting.product_fixes import PRODUCT_FIXES
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.launch_history import REFUSED, SKEW_TO_WARN, Skew
from lms_plugin.lti.launch_report import OPENED
from lms_plugin.lti.platform import Platform

Option = tuple[str, str]
BINDINGS = {
    "cookie": lazy_gettext("con un cookie"),
    "storage": lazy_gettext("con la memoria che l'LMS mette a disposizione"),
    "": lazy_gettext("non riconosciuto, o non ancora chiesto"),
}


def outcome(code: str) -> str:
    """A launch's outcome in a few words."""
    if code == OPENED:
        return str(_("Aperta"))
    found = DIAGNOSES.get(code)
    return str(found.name) if found else code


def outcomes() -> list[Option]:
    """Every outcome that a filter may ask for."""
    first = [("", str(_("Tutti"))), (OPENED_WORD, str(_("Aperte"))), (REFUSED, str(_("Rifiutate, tutte")))]
    return [*first, *((code, f"{found.name} ({code})") for code, found in DIAGNOSES.items())]


def platform_options(platforms: Iterable[Platform]) -> list[Option]:
    """Every platform that a filter may ask for, and those that nobody registered."""
    first = [("", str(_("Tutte"))), (UNREGISTERED, str(_("LMS non registrati")))]
    return [*first, *((str(one.id), one.name) for one in platforms)]


def short_moment(instant: datetime) -> str:
    """Day and time to the second, Italian time, in figures."""
    return str(format_datetime(instant, "dd/MM/y HH:mm:ss"))


def short_day(instant: datetime) -> str:
    """A day in figures."""
    return str(format_datetime(instant, "EEEEEE dd/MM/y"))


def skew(found: Skew) -> str:
    """The difference of the clocks in words."""
    if abs(found.seconds) <= 1:
        return str(_("orologi d'accordo"))
    seconds = abs(found.seconds)
    if found.seconds > 0:
        return str(ngettext("LMS avanti di %(num)s secondo", "LMS avanti di %(num)s secondi", seconds))
    return str(ngettext("LMS indietro di %(num)s secondo", "LMS indietro di %(num)s secondi", seconds))


def skew_advice(found: Skew) -> str:
    """What to do about it; empty while there is nothing to do."""
    if not found.is_worrying:
        return ""
    return str(
        _(
            "Oltre %(limit)s secondi qualcosa non va: sincronizza l'orologio del server dell'LMS con un"
            " servizio NTP (su Linux: timedatectl set-ntp true), e fai controllare anche il nostro. Oltre i"
            " 60 secondi"
            " gli accessi vengono rifiutati.",
            limit=SKEW_TO_WARN,
        )
    )


def framed(report_framed: bool | None) -> str:  # noqa: FBT001 - a column, passed as it is
    """Where the page was to be shown."""
    if report_framed is None:
        return str(_("il browser non lo dice"))
    return str(_("in un riquadro dell'LMS") if report_framed else _("in una finestra sua"))


def product_fix(code: str, product_family: str) -> str:
    """What to do in this very product; empty where nothing differs."""
    return str(PRODUCT_FIXES.get((code, family_of(product_family).name), ""))
