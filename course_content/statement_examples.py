"""One example of each kind of statement, made by the builder: for documentation, profile and tests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from course_content.facts import (
    Account,
    ActivityFacts,
    ActivityReference,
    ContextFacts,
    Points,
    ResultFacts,
    StatementFacts,
)
from course_content.profile import (
    CURRENT_PROFILE,
    LINK_TYPE,
    LMS_TYPE,
    ActivityKind,
    activity_iri,
    extension_iri,
    lms_course_iri,
    lms_link_iri,
    platform_iri,
)
from course_content.statements import build, statement_id
from course_content.templates import TEMPLATES, template

PROGRAMME = "co-alizione"
LMS = "https://lms.example.org"
PERSON = Account(LMS, "8f14e45f")
REGISTRATION = UUID("3f2b8c1e-7a54-4c1b-9d3e-0a1b2c3d4e5f")
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
_DONE = ResultFacts(completion=True)
RESULTS: Mapping[str, ResultFacts] = {
    "lesson-completed": _DONE,
    "question-answered": ResultFacts(success=False, score_percent=50, response="a[,]c"),
    "assessment-passed": ResultFacts(completion=True, success=True, score_percent=80),
    "assessment-failed": ResultFacts(completion=True, success=False, score_percent=60),
    "final-assessment-passed": ResultFacts(completion=True, success=True, score_percent=75),
    "final-assessment-failed": ResultFacts(completion=True, success=False, score_percent=50),
    "module-completed": _DONE,
    "programme-completed": _DONE,
    "simulation-chosen": ResultFacts(response="b"),
    "simulation-completed": ResultFacts(completion=True, points=Points(55, 0, 80)),
    "webinar-attended": ResultFacts(completion=True, duration_seconds=3120),
    "session-attended": ResultFacts(completion=True, duration_seconds=21_600),
}


def _of(
    kind: ActivityKind, one: str, italian: str, english: str, interaction: str | None = None
) -> ActivityFacts:
    return ActivityFacts(PROGRAMME, kind, one, {"it": italian, "en": english}, interaction)


ACTIVITIES: Mapping[ActivityKind, ActivityFacts] = {
    facts.kind: facts
    for facts in (
        _of("course", PROGRAMME, "CO-AliZIONE", "CO-AliZIONE"),
        _of("module", "m1", "Progettare servizi", "Designing services"),
        _of("lesson", "m1-l3", "Leggere i bisogni", "Reading needs"),
        _of("assessment", "m1-assessment", "Verifica del modulo 1", "Module 1 assessment"),
        _of(
            "question", "m1-q04", "Quali dati ha già il Comune?", "Which data does the Comune have?", "choice"
        ),
        _of("simulation", "m1-s1", "Il tavolo di zona", "The area round table"),
        _of("choice", "m1-s1-n2", "Chi inviti al tavolo?", "Whom do you invite?", "choice"),
        _of("webinar", "w01", "I dati del Comune", "Municipal data"),
        _of("session", "S48", "Giornata conclusiva a Cremona", "Closing day in Cremona"),
        _of("certificate", "attestato", "Attestato di partecipazione", "Certificate of attendance"),
    )
}
# Of the same kind as a module's, and part of the programme itself.
FINAL_ASSESSMENT = _of("assessment", "final-assessment", "Verifica finale del programma", "Final assessment")
# What each kind is part of, with what that is part of.
_WITHIN: Mapping[ActivityKind, tuple[ActivityKind, ...]] = {
    "lesson": ("module",),
    "assessment": ("module",),
    "simulation": ("module",),
    "question": ("assessment", "module"),
    "choice": ("simulation", "module"),
}
_RUNS: Mapping[str, str] = {
    "webinar": "w01",
    "session": "S48",
    "course": PROGRAMME,
    "certificate": PROGRAMME,
    FINAL_ASSESSMENT.id: FINAL_ASSESSMENT.id,
}


def example(base_url: str, name: str) -> dict[str, Any]:
    """The statement that shows the template with this name; raises KeyError."""
    return build(example_facts(base_url, name))


def examples(base_url: str) -> dict[str, dict[str, Any]]:
    """Every example by the name of its template."""
    return {one.name: example(base_url, one.name) for one in TEMPLATES}


def example_facts(base_url: str, name: str) -> StatementFacts:
    """What the builder is given for the example with this name; raises KeyError."""
    shown = template(name)
    of_programme = (shown.kind, shown.parent) == ("assessment", "course")
    activity = FINAL_ASSESSMENT if of_programme else ACTIVITIES[shown.kind]
    within = () if of_programme else _WITHIN.get(shown.kind, ())
    iri = activity_iri(base_url, PROGRAMME, activity.id if shown.kind != "course" else None)
    return StatementFacts(
        id=statement_id(REGISTRATION, iri, shown.verb),
        base_url=base_url,
        actor=PERSON,
        verb=shown.verb,
        activity=activity,
        result=RESULTS.get(name),
        context=_context(base_url, activity, within),
        at=AT,
    )


def _context(base_url: str, activity: ActivityFacts, within: tuple[ActivityKind, ...]) -> ContextFacts:
    above: tuple[ActivityKind, ...] = (*within, *(("course",) if activity.kind != "course" else ()))
    own = [ACTIVITIES[one] for one in above]
    return ContextFacts(
        registration=REGISTRATION,
        profile=CURRENT_PROFILE,
        run=uuid5(REGISTRATION, _RUNS.get(activity.id, _RUNS.get(activity.kind, "m1"))),
        platform="LMS del Comune di Esempio",
        revision="0123456789ab",
        parents=tuple(own[:1]),
        groupings=(*own[1:], *_lms(base_url)),
        others=(ActivityReference(lms_link_iri(base_url, LMS, "1", "17"), LINK_TYPE),),
        extensions={extension_iri(base_url, "lti"): _LTI},
    )


def _lms(base_url: str) -> tuple[ActivityReference, ...]:
    course = lms_course_iri(base_url, LMS, "1", "5")
    return (
        ActivityReference(platform_iri(base_url, LMS), LMS_TYPE),
        ActivityReference(course, "http://adlnet.gov/expapi/activities/course"),
    )


_LTI = {
    "iss": LMS,
    "client_id": "c0ffee",
    "deployment_id": "1",
    "context_id": "5",
    "resource_link_id": "17",
}
