"""What is said to people about sealed days («sigilli») that are late, and about their time stamps."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from lms_plugin.proofs.lag import Lag
from lms_plugin.web.texts import day, moment


def about_sealing(lag: Lag) -> str:
    """One plain sentence: how many days are not sealed, and since when."""
    if lag.first is None:
        return str(_("Tutti i giorni conclusi sono sigillati."))
    return str(
        ngettext(
            "%(number)s giorno concluso non è ancora sigillato, dal %(first)s.",
            "%(number)s giorni conclusi non sono ancora sigillati, dal %(first)s.",
            lag.unsealed,
            number=lag.unsealed,
            first=day(lag.first),
        )
    )


def late_seals(lag: Lag, now: datetime) -> list[str]:
    """A sentence for each thing that is late, with what to do."""
    found = []
    if lag.is_sealing_overdue(now):
        advice = _(
            "Le registrazioni ci sono, ma una modifica di oggi non si noterebbe: chi cura il server controlli"
            " che il processo degli invii sia in funzione, e che nessuna transazione resti aperta."
        )
        found.append(f"{about_sealing(lag)} {advice}")
    if lag.unstamped_since is not None and lag.is_stamp_overdue(now):
        found.append(
            str(
                _(
                    "Dal %(when)s nessuna marca temporale: l'autorità (COALIZIONE_TSA_URL) non risponde,"
                    " o la sua risposta non è valida. Chi cura il server legga gli avvisi del processo degli"
                    " invii.",
                    when=moment(lag.unstamped_since),
                )
            )
        )
    return found
