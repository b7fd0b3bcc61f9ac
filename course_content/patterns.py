"""In which order statements of one run may come (xAPI Profile specification, Structure 9.0).

Version 1 has one pattern for a whole registration, because its statements have no subregistration. From
version 2 on each module, webinar, session and the programme itself is a run (subregistration) with a pattern
of its own. Learners read and answer in any order, come back to a module that they completed, and webinars
have several sittings: the patterns say no more than what is true of everybody.
"""

from dataclasses import dataclass
from typing import Literal

from course_content.programme import LanguageMap

Operator = Literal["alternates", "optional", "oneOrMore", "sequence", "zeroOrMore"]


@dataclass(frozen=True)
class Pattern:
    """`members` are names of templates or patterns: one of them for optional, oneOrMore and zeroOrMore."""

    name: str
    label: LanguageMap
    definition: LanguageMap
    operator: Operator
    members: tuple[str, ...]
    primary: bool = False


def _pattern(
    name: str,
    operator: Operator,
    members: tuple[str, ...],
    italian: tuple[str, str],
    english: tuple[str, str],
    *,
    primary: bool = False,
) -> Pattern:
    labels, definitions = ({"it": it, "en": en} for it, en in zip(italian, english, strict=True))
    return Pattern(name, labels, definitions, operator, members, primary)


_FIRST_VERSION = (
    _pattern(
        "programme-run", "oneOrMore", ("any-step",),
        ("Percorso nel programma", "Ogni passo in qualunque ordine."),
        ("Run through the programme", "Every step in any order."),
        primary=True,
    ),
    _pattern(
        "any-step", "alternates",
        (
            "lesson-completed", "assessment-passed", "assessment-failed", "module-completed",
            "webinar-attended",
        ),
        ("Un passo", "Una qualunque delle dichiarazioni."),
        ("A step", "Any of the statements."),
    ),
)  # fmt: skip
_MODULE = (
    _pattern(
        "module-run", "sequence", ("module-steps", "module-closed"),
        ("Percorso in un modulo", "Lezioni e verifiche in qualunque ordine, poi il modulo completato."),
        ("Run through a module", "Lessons and attempts in any order, then the module completed."),
        primary=True,
    ),
    _pattern(
        "module-steps", "oneOrMore", ("module-step",),
        ("Passi nel modulo", "Almeno un passo."),
        ("Steps in the module", "One step or more."),
    ),
    _pattern(
        "module-step", "alternates",
        (
            "lesson-experienced", "lesson-completed", "simulation-chosen", "simulation-completed",
            "assessment-attempt",
        ),
        (
            "Un passo nel modulo",
            "Una lezione, una scelta o la fine di una simulazione, o un tentativo intero della verifica.",
        ),
        (
            "A step in the module",
            "A lesson, a choice or the end of a simulation, or one whole attempt at the assessment.",
        ),
    ),
    _pattern(
        "assessment-attempt", "sequence", ("attempt-answers", "attempt-verdict"),
        ("Un tentativo", "Le risposte, poi il giudizio."),
        ("An attempt", "The answers, then the verdict."),
    ),
    _pattern(
        "attempt-answers", "zeroOrMore", ("question-answered",),
        ("Le risposte di un tentativo", "Una per ogni domanda che ha avuto risposta."),
        ("The answers of an attempt", "One for each question that got an answer."),
    ),
    _pattern(
        "attempt-verdict", "alternates", ("assessment-passed", "assessment-failed"),
        ("Il giudizio", "Superata o non superata."),
        ("The verdict", "Passed or failed."),
    ),
    _pattern(
        "module-closed", "optional", ("module-end",),
        ("Fine del modulo, se c'è", "Chi non ha finito non l'ha."),
        ("The end of the module, if it came", "Absent while something is missing."),
    ),
    _pattern(
        "module-end", "sequence", ("module-completed", "module-afterwards"),
        ("Fine del modulo", "Il completamento e ciò che viene dopo."),
        ("The end of the module", "Its completion, and what comes after."),
    ),
    _pattern(
        "module-afterwards", "zeroOrMore", ("module-step",),
        ("Dopo il completamento", "Altri passi di chi torna."),
        ("After the completion", "More steps of whoever comes back."),
    ),
)  # fmt: skip
_WEBINAR = (
    _pattern(
        "webinar-run", "sequence", ("webinar-signed-up", "webinar-presence", "webinar-closed"),
        ("Percorso in un webinar", "Iscrizione, ingressi e uscite, presenza riconosciuta."),
        ("Run through a webinar", "Registration, joining and leaving, attendance."),
        primary=True,
    ),
    _pattern(
        "webinar-signed-up", "optional", ("webinar-registered",),
        ("Iscrizione, se c'è", "Chi arriva dal corso può entrare senza."),
        ("Registration, if any", "Whoever comes from the course may join without."),
    ),
    _pattern(
        "webinar-presence", "zeroOrMore", ("webinar-connection",),
        ("Ingressi e uscite", "Ogni collegamento, anche più di uno insieme."),
        ("Joining and leaving", "Each connection, several at once included."),
    ),
    _pattern(
        "webinar-connection", "alternates", ("webinar-joined", "webinar-left"),
        ("Un ingresso o un'uscita", "Come li ha visti il servizio video."),
        ("Joined or left", "As the video service saw it."),
    ),
    _pattern(
        "webinar-closed", "optional", ("webinar-end",),
        ("Presenza, se riconosciuta", "Sotto la soglia non c'è."),
        ("Attendance, if reached", "Absent below the threshold."),
    ),
    _pattern(
        "webinar-end", "sequence", ("webinar-attended", "webinar-afterwards"),
        ("Presenza e ciò che segue", "Un secondo incontro, o dati arrivati dopo."),
        ("Attendance and what follows", "A second sitting, or data that came later."),
    ),
    _pattern(
        "webinar-afterwards", "zeroOrMore", ("webinar-more",),
        ("Dopo la presenza", "Altri ingressi e uscite, presenza corretta."),
        ("After attendance", "More joining and leaving, attendance corrected."),
    ),
    _pattern(
        "webinar-more", "alternates", ("webinar-joined", "webinar-left", "webinar-attended"),
        ("Altro nel webinar", "Ingresso, uscita o presenza."),
        ("More in the webinar", "Joined, left or attended."),
    ),
)  # fmt: skip
_FINAL_ASSESSMENT = (
    _pattern(
        "final-assessment-run", "oneOrMore", ("final-assessment-attempt",),
        ("Percorso nella verifica finale", "Uno o più tentativi."),
        ("Run through the final assessment", "One attempt or more."),
        primary=True,
    ),
    _pattern(
        "final-assessment-attempt", "sequence", ("attempt-answers", "final-assessment-verdict"),
        ("Un tentativo alla verifica finale", "Le risposte, poi il giudizio."),
        ("An attempt at the final assessment", "The answers, then the verdict."),
    ),
    _pattern(
        "final-assessment-verdict", "alternates", ("final-assessment-passed", "final-assessment-failed"),
        ("Il giudizio della verifica finale", "Superata o non superata."),
        ("The verdict of the final assessment", "Passed or failed."),
    ),
)  # fmt: skip
_OTHERS = (
    _pattern(
        "session-run", "sequence", ("session-signed-up", "session-closed"),
        ("Percorso in una giornata", "Iscrizione e presenza."),
        ("Run through a session", "Registration and attendance."),
        primary=True,
    ),
    _pattern(
        "session-signed-up", "optional", ("session-registered",),
        ("Iscrizione, se c'è", "Si può anche solo venire."),
        ("Registration, if any", "One may also just come."),
    ),
    _pattern(
        "session-closed", "optional", ("session-attended",),
        ("Presenza, se registrata", "Chi non è venuto non l'ha."),
        ("Attendance, if registered", "Absent for whoever did not come."),
    ),
    _pattern(
        "programme-run", "oneOrMore", ("programme-end",),
        ("Fine del programma", "Programma completato e attestati."),
        ("End of the programme", "Programme completed and certificates."),
        primary=True,
    ),
    _pattern(
        "programme-end", "alternates", ("programme-completed", "certificate-earned"),
        ("Un passo della fine", "Il programma completato o un attestato."),
        ("A step of the end", "The programme completed, or a certificate."),
    ),
)  # fmt: skip


def patterns_of(version: int) -> tuple[Pattern, ...]:
    """The patterns of a version of the profile."""
    return _FIRST_VERSION if version == 1 else (*_MODULE, *_FINAL_ASSESSMENT, *_WEBINAR, *_OTHERS)
