"""What an activity of a programme is, as the definition that an LRS keeps of it (xAPI 1.0.3 Data 2.4.4.1)."""

from collections.abc import Iterator
from typing import Any

from course_content.profile import ACTIVITY_TYPES, ActivityKind
from course_content.programme import LanguageMap, Programme, TrainingModule

Definition = dict[str, Any]
QUESTION: LanguageMap = {"it": "Domanda di una verifica", "en": "Question of an assessment"}
FORK: LanguageMap = {"it": "Scelta in una simulazione", "en": "Choice in a simulation"}


def definition_of(programme: Programme, activity_id: str | None) -> Definition | None:
    """The definition of an activity, or of the programme itself; None when there is no such activity.

    Of questions and forks nothing but what they are: their words are for whoever answers.
    """
    if activity_id is None:
        return _definition("course", programme.title, programme.description)
    return next((found for one, found in _all(programme) if one == activity_id), None)


def _all(programme: Programme) -> Iterator[tuple[str, Definition]]:
    for module in programme.modules:
        yield module.id, _definition("module", module.title, module.summary)
        for lesson in module.lessons:
            yield lesson.id, _definition("lesson", lesson.title)
        yield from _of_simulations(module)
        if module.assessment:
            yield module.assessment.id, _definition("assessment", module.assessment.title)
            for question in module.assessment.questions:
                yield question.id, _definition("question", QUESTION)
    if programme.final_assessment is not None:
        final = programme.final_assessment
        yield final.id, _definition("assessment", final.title, final.intro)
    for webinar in programme.webinars:
        yield webinar.id, _definition("webinar", webinar.title)
    for session in programme.sessions:
        yield session.id, _definition("session", session.title)


def _of_simulations(module: TrainingModule) -> Iterator[tuple[str, Definition]]:
    for simulation in module.simulations:
        yield simulation.id, _definition("simulation", simulation.title)
        yield from ((simulation.fork_id(node.id), _definition("choice", FORK)) for node in simulation.nodes)


def _definition(kind: ActivityKind, title: LanguageMap, description: LanguageMap | None = None) -> Definition:
    texts = {"description": dict(description)} if description else {}
    return {"type": ACTIVITY_TYPES[kind], "name": dict(title), **texts}
