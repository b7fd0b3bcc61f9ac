"""The eighteen checks of a launch in words, and which of them a refused launch had passed (docs/lti.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _

from lms_plugin.lti.launch_report import OPENED, LaunchReport

# 0 is what comes before them: the LMS begins, we ask, it answers with a message.
BEGINNING, BROWSER, LAST = 0, 3, 18
NAMES = {
    BEGINNING: _("L'LMS inizia l'accesso (login) e risponde con un messaggio"),
    1: _("Il messaggio è completo e leggibile"),
    2: _("L'accesso è iniziato da qui, è recente e non è già stato usato"),
    3: _("Il browser è lo stesso che ha iniziato"),
    4: _("La firma è di tipo RS256 e dice con quale chiave è fatta"),
    5: _("L'emittente (issuer) è quello registrato, e la registrazione è attiva"),
    6: _("L'LMS pubblica la chiave, e la firma è giusta"),
    7: _("Il messaggio è destinato a noi (client id)"),
    8: _("Nessun altro strumento è autorizzato al nostro posto (azp)"),
    9: _("Il messaggio non è scaduto"),
    10: _("L'ora del messaggio è plausibile"),
    11: _("Il messaggio risponde alla nostra domanda (nonce), una volta sola"),
    12: _("La versione è LTI 1.3"),
    13: _("Il tipo di messaggio è uno che offriamo"),
    14: _("L'installazione (deployment) è nota e approvata"),
    15: _("L'indirizzo dell'attività è nostro, lo stesso dall'inizio alla fine"),
    16: _("Tutti i dati necessari ci sono e sono scritti bene"),
    17: _("Il messaggio dice chi è la persona"),
    18: _("Il ruolo apre la pagina, e l'attività è pronta"),
}


class Result(StrEnum):
    """What is known of one check of one launch."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


RESULT_WORDS = {
    Result.PASSED: _("superato"),
    Result.FAILED: _("non superato"),
    Result.NOT_REACHED: _("non raggiunto"),
}
# The chip of web/macros.html that carries the words.
RESULT_STATUS = {Result.PASSED: "done", Result.FAILED: "failed", Result.NOT_REACHED: "todo"}
# These stop an access before the LMS is asked as well as after; only a message names a key.
AT_LOGIN_TOO = frozenset({"registration_suspended", "registration_pending"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a refusal stands: the check that failed, and the last one that had been looked at."""

    check: int
    # The using up of the nonce comes after all others, say.
    reached: int = -1

    def results(self) -> Iterator[tuple[int, Result]]:
        """Every check in order."""
        through = max(self.check, self.reached)
        for number in NAMES:
            if number == self.check:
                yield number, Result.FAILED
            else:
                yield number, Result.PASSED if number <= through else Result.NOT_REACHED


def results(report: LaunchReport, place: Place | None) -> list[tuple[int, Result]]:
    """Every check of this launch; `place` is None for a code that nobody knows any more."""
    code, kid = report.code, report.kid
    if code == OPENED:
        return [(number, Result.PASSED) for number in NAMES]
    if place is None:
        return [(number, Result.NOT_REACHED) for number in NAMES]
    if code in AT_LOGIN_TOO and not kid:
        failed = {place.check: Result.FAILED}
        return [(number, failed.get(number, Result.NOT_REACHED)) for number in NAMES]
    found = dict(place.results())
    if not report.binding and found[BROWSER] is Result.PASSED:
        # A message bound by the LMS's storage is verified first, and waits for its browser then.
        found[BROWSER] = Result.NOT_REACHED
    return list(found.items())
