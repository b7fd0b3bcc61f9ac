"""What each line of a self-test says, and the fix for one that failed."""

from flask_babel import lazy_gettext as _

from lms_plugin.connecting.self_test_fixes import FIXES
from lms_plugin.lti.self_test.line import Fact, Line, Step, Verdict

STEPS = {
    Step.KEYS: _("Chiavi pubbliche dell'LMS (JWKS)"),
    Step.CLOCK: _("Orologio dell'LMS"),
    Step.TOKEN: _("Permesso di chiamare i servizi (access token)"),
    Step.SCOPES: _("Servizi concessi (scope)"),
    Step.ROSTER: _("Elenco degli iscritti"),
    Step.COLUMNS: _("Lettura delle colonne del registro voti"),
    Step.CREATE: _("Creazione di una colonna di prova"),
    Step.READ: _("Lettura della colonna di prova"),
    Step.SCORE: _("Invio di un voto alla colonna di prova"),
    Step.RESULT: _("Lettura del voto di prova"),
    Step.DELETE: _("Cancellazione della colonna di prova"),
}
VERDICTS = {
    Verdict.OK: _("funziona"),
    Verdict.FAILED: _("non funziona"),
    Verdict.IMPOSSIBLE: _("non provato"),
}
# The chip of web/macros.html that carries the words.
STATUS = {Verdict.OK: "done", Verdict.FAILED: "failed", Verdict.IMPOSSIBLE: "todo"}
FACTS = {
    "keys": _("chiavi utilizzabili"),
    "max_age": _("secondi per cui l'LMS permette di conservarle"),
    "kid": _("chiave dell'ultimo accesso"),
    "audience": _("destinatario (audience) che abbiamo indicato"),
    "kind": _("tipo"),
    "scopes": _("concessi"),
    "missing": _("mancanti"),
    "people": _("persone nella prima pagina"),
    "columns": _("colonne di questo strumento"),
    "maximum": _("punteggio massimo letto"),
    "status": _("risposta HTTP"),
    "told": _("parole dell'LMS o della rete"),
}
# The same fact has another sense where the step is another.
STEP_FACTS = {
    (Step.CLOCK, "seconds"): _("secondi rispetto al nostro (più: è avanti)"),
    (Step.TOKEN, "seconds"): _("secondi di durata"),
}


def fix(line: Line) -> str:
    """What to do, or why it was not tried; empty for a line that is fine and needs no word."""
    found = FIXES.get((line.step, line.code)) or FIXES.get(line.code)
    return str(found) if found else ""


def facts(line: Line) -> list[tuple[str, Fact]]:
    """(name in words, value) of what was measured."""
    return [
        (str(STEP_FACTS.get((line.step, name)) or FACTS[name]), value)
        for name, value in line.facts.items()
        if value != ""
    ]
