"""Every kind of statement that the product makes, as one table: the vocabulary in use.

A row becomes a Statement Template of the published profile (`profile_document.py`) and a page for people, has
an example (`statement_examples.py`) and is what tests hold our own statements against. Never change a row of
a version that statements were made of: add a version.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from course_content.profile import (
    ANSWERED,
    ATTENDED,
    CERTIFICATE_FILE,
    COMPLETED,
    EARNED,
    EXPERIENCED,
    FAILED,
    JOINED,
    LEFT,
    PASSED,
    REGISTERED,
    ActivityKind,
    Verb,
)
from course_content.programme import LanguageMap
from course_content.template_rules import (
    COMPLETION,
    DURATION,
    INTERACTION,
    NO,
    NO_KEY,
    NO_RESULT,
    NO_SUCCESS,
    NOTHING_JUDGED,
    POINTS,
    RESPONSE,
    SCORE,
    YES,
    Rule,
    common_rules,
    exactly,
    included,
    recommended,
)

Texts = tuple[str, str]  # in Italian, in English


@dataclass(frozen=True)
class Template:
    """One kind of statement: what names it (verb, type, type of parent), and its own rules.

    `since` is the first version of the profile that has it; `emitted` whether the product makes it today.
    """

    name: str
    label: LanguageMap
    definition: LanguageMap
    verb: Verb
    kind: ActivityKind
    parent: ActivityKind | None
    rules: tuple[Rule, ...]
    since: int
    emitted: bool

    def all_rules(self, version: int) -> Iterator[Rule]:
        """Its own rules and those of the version."""
        yield from self.rules
        yield from common_rules(version)


def _template(
    name: str,
    named_by: tuple[Verb, ActivityKind, ActivityKind | None],
    label: Texts,
    definition: Texts,
    *rules: Rule,
    since: int = 2,
    emitted: bool = True,
) -> Template:
    languages = ("it", "en")
    labels = dict(zip(languages, label, strict=True))
    definitions = dict(zip(languages, definition, strict=True))
    return Template(name, labels, definitions, *named_by, rules, since, emitted)


SUCCESS = included("$.result.success", "Se la risposta è del tutto giusta.", "Whether it is wholly right.")
REACHED = exactly("$.result.success", "Superata.", "Passed.", YES)
MISSED = exactly("$.result.success", "Non superata.", "Not passed.", NO)
PRESENT = recommended("$.result.duration", "Il tempo di presenza.", "The time of presence.")
ENCLOSED = recommended(
    "$.attachments[*].usageType",
    "L'attestato, se è allegato.",
    "The certificate, where it is attached.",
    CERTIFICATE_FILE,
)
TEMPLATES: tuple[Template, ...] = (
    _template(
        "lesson-experienced",
        (EXPERIENCED, "lesson", "module"),
        ("Lezione aperta", "Lesson opened"),
        ("La persona ha aperto una lezione.", "The person opened a lesson."),
        NO_RESULT,
        emitted=False,
    ),
    _template(
        "lesson-completed",
        (COMPLETED, "lesson", "module"),
        ("Lezione letta", "Lesson read"),
        (
            "La persona ha dichiarato di aver letto la lezione fino in fondo; una volta per lezione.",
            "The person said that they read the lesson to its end; once for each lesson.",
        ),
        COMPLETION,
        NOTHING_JUDGED,
        since=1,
    ),
    _template(
        "question-answered",
        (ANSWERED, "question", "assessment"),
        ("Risposta a una domanda della verifica", "Question of an assessment answered"),
        (
            "Una risposta di un tentativo consegnato, con il suo punteggio; mai quelle di autoverifica.",
            "One answer of an attempt that was handed in, with its mark; never those of self-checks.",
        ),
        RESPONSE,
        SUCCESS,
        SCORE,
        INTERACTION,
        NO_KEY,
    ),
    _template(
        "assessment-passed",
        (PASSED, "assessment", "module"),
        ("Verifica superata", "Assessment passed"),
        ("Un tentativo consegnato che raggiunge la soglia.", "An attempt that reaches the threshold."),
        COMPLETION,
        SCORE,
        REACHED,
        since=1,
    ),
    _template(
        "assessment-failed",
        (FAILED, "assessment", "module"),
        ("Verifica non superata", "Assessment failed"),
        ("Un tentativo consegnato sotto la soglia.", "An attempt below the threshold."),
        COMPLETION,
        SCORE,
        MISSED,
        since=1,
    ),
    _template(
        "final-assessment-passed",
        (PASSED, "assessment", "course"),
        ("Verifica finale superata", "Final assessment passed"),
        (
            "Un tentativo alla verifica finale del programma che raggiunge la soglia.",
            "An attempt at the programme's final assessment that reaches the threshold.",
        ),
        COMPLETION,
        SCORE,
        REACHED,
    ),
    _template(
        "final-assessment-failed",
        (FAILED, "assessment", "course"),
        ("Verifica finale non superata", "Final assessment failed"),
        (
            "Un tentativo alla verifica finale del programma sotto la soglia.",
            "An attempt at the programme's final assessment below the threshold.",
        ),
        COMPLETION,
        SCORE,
        MISSED,
    ),
    _template(
        "module-completed",
        (COMPLETED, "module", "course"),
        ("Modulo completato", "Module completed"),
        (
            "Tutto ciò che la regola del modulo chiede è fatto: di solito lezioni lette e verifica superata.",
            "All that the module's rule asks is done: usually lessons read and the assessment passed.",
        ),
        COMPLETION,
        NOTHING_JUDGED,
        since=1,
    ),
    _template(
        "programme-completed",
        (COMPLETED, "course", None),
        ("Programma completato", "Programme completed"),
        (
            "Tutto ciò che la regola del programma chiede è fatto. Senza una regola nessuno lo completa.",
            "All that the programme's rule asks is done. Without a rule nobody completes it.",
        ),
        COMPLETION,
        NOTHING_JUDGED,
    ),
    _template(
        "simulation-chosen",
        (ANSWERED, "choice", "simulation"),
        ("Scelta in una simulazione", "Choice in a simulation"),
        (
            "La scelta fatta a un bivio di una simulazione; `success` solo dove una scelta è giusta.",
            "What was chosen where a simulation forks; `success` only where one choice is right.",
        ),
        RESPONSE,
        INTERACTION,
        NO_KEY,
    ),
    _template(
        "simulation-completed",
        (COMPLETED, "simulation", "module"),
        ("Simulazione giocata fino alla fine", "Simulation played to its end"),
        ("Arrivata alla fine; una volta per partita.", "Came to its end; once for each run."),
        COMPLETION,
        POINTS,
        NO_SUCCESS,
    ),
    _template(
        "webinar-registered",
        (REGISTERED, "webinar", "course"),
        ("Iscrizione a un webinar", "Webinar registration"),
        ("La persona si è iscritta al webinar.", "The person signed up for the webinar."),
        NO_RESULT,
        emitted=False,
    ),
    _template(
        "webinar-joined",
        (JOINED, "webinar", "course"),
        ("Ingresso in un webinar", "Webinar joined"),
        (
            "Il servizio video ha visto la persona entrare; una volta per collegamento.",
            "The video service saw the person come in; once for each connection.",
        ),
        NO_RESULT,
    ),
    _template(
        "webinar-left",
        (LEFT, "webinar", "course"),
        ("Uscita da un webinar", "Webinar left"),
        (
            "Il servizio video ha visto la persona uscire; una volta per collegamento.",
            "The video service saw the person go; once for each connection.",
        ),
        NO_RESULT,
    ),
    _template(
        "webinar-attended",
        (ATTENDED, "webinar", "course"),
        ("Presenza a un webinar riconosciuta", "Webinar attended"),
        (
            "La presenza raggiunge la soglia. Dati migliori annullano la dichiarazione; ne segue un'altra.",
            "The presence counted reaches the threshold. Better data void the statement; another follows.",
        ),
        COMPLETION,
        DURATION,
        NOTHING_JUDGED,
        since=1,
    ),
    _template(
        "session-registered",
        (REGISTERED, "session", "course"),
        ("Iscrizione a una giornata in presenza", "In-person session registration"),
        ("La persona si è iscritta alla giornata.", "The person signed up for the session."),
        NO_RESULT,
        emitted=False,
    ),
    _template(
        "session-attended",
        (ATTENDED, "session", "course"),
        ("Presenza a una giornata riconosciuta", "In-person session attended"),
        ("La presenza alla giornata è stata registrata.", "Presence at the session was registered."),
        COMPLETION,
        NOTHING_JUDGED,
        PRESENT,
        emitted=False,
    ),
    _template(
        "certificate-earned",
        (EARNED, "certificate", "course"),
        ("Attestato ottenuto", "Certificate earned"),
        ("È stato rilasciato un attestato.", "A certificate was issued."),
        NOTHING_JUDGED,
        ENCLOSED,
        emitted=False,
    ),
)


def templates_of(version: int) -> tuple[Template, ...]:
    """The templates of a version of the profile."""
    return tuple(template for template in TEMPLATES if template.since <= version)


def template(name: str) -> Template:
    """The template with this name; raises KeyError."""
    return {one.name: one for one in TEMPLATES}[name]
