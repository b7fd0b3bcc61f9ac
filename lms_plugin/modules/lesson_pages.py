"""The page of a lesson, with its self-checks, and what a reader does there."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from course_content.assessments import score
from course_content.programme import Lesson, Programme, TrainingModule
from course_content.questions import Question
from lms_plugin.extensions import db
from lms_plugin.modules.answers import Flaw, Given, flaw, read_given, restore
from lms_plugin.modules.attending import (
    READERS,
    attending_learner,
    attends,
    completions,
    current_progress,
    one_at_a_time,
)
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.facts import Teller, lesson_read, self_check_answered
from lms_plugin.modules.finding import find_lesson, find_self_check
from lms_plugin.modules.lesson_calls import called
from lms_plugin.modules.progress import Progress
from lms_plugin.modules.question_view import QuestionView, answered, to_answer
from lms_plugin.modules.standing import module_standing
from lms_plugin.modules.text_view import doubtful_of, section_views
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import recorder
from lms_plugin.web.visit import current_visit, placement_for

LESSON = "/programmes/<programme_id>/modules/<module_id>/lessons/<lesson_id>"
SELF_CHECK = f"{LESSON}/self-checks/<question_id>"


@blueprint.get(LESSON)
@visitors(*READERS)
def lesson(programme_id: str, module_id: str, lesson_id: str) -> str:
    """The text, its self-checks with the answers given so far, and the way on."""
    found, module, one = find_lesson(programme_id, module_id, lesson_id)
    progress = current_progress(db.session(), current_visit().learner_id, programme_id)
    return _page(found, module, one, progress, {})


@blueprint.post(LESSON)
@visitors(*READERS)
def read_lesson(programme_id: str, module_id: str, lesson_id: str) -> ResponseReturnValue:
    """Keeps that the lesson was read and goes on to the next, or to the assessment."""
    learner_id = attending_learner()
    found, module, one = find_lesson(programme_id, module_id, lesson_id)
    with one_at_a_time(learner_id, programme_id) as (database, progress):
        if one.id not in progress.lessons_read:
            recorder().record(database, [lesson_read(_teller(found, module), one.id)], now())
    return redirect(_after(found, module, one), code=303)


@blueprint.post(SELF_CHECK)
@visitors(*READERS)
def self_check(programme_id: str, module_id: str, lesson_id: str, question_id: str) -> ResponseReturnValue:
    """Keeps an answer to a self-check and comes back to it, where the feedback is now."""
    learner_id = attending_learner()
    found, module, one = find_lesson(programme_id, module_id, lesson_id)
    question = find_self_check(one, question_id)
    given = read_given(question, request.form)
    error = _error(question, given)
    if error:
        progress = current_progress(db.session(), learner_id, programme_id)
        view = to_answer(question, one.self_checks.index(question) + 1, given, error)
        return _page(found, module, one, progress, {question.id: view}), 422
    with one_at_a_time(learner_id, programme_id) as (database, progress):
        before = progress.self_checks.get(question.id)
        facts = self_check_answered(_teller(found, module), one.id, question, given, before)
        recorder().record(database, facts, now())
    return redirect(f"{_address(found, module, one)}#esito-{question.id}", code=303)


@blueprint.get(SELF_CHECK)
@visitors(*READERS)
def to_self_check(programme_id: str, module_id: str, lesson_id: str, question_id: str) -> ResponseReturnValue:
    """Somebody reloads, or changes language, on the page that showed an error: back to the lesson."""
    found, module, one = find_lesson(programme_id, module_id, lesson_id)
    question = find_self_check(one, question_id)
    return redirect(f"{_address(found, module, one)}#domanda-{question.id}")


def _teller(found: Programme, module: TrainingModule) -> Teller:
    return Teller(
        learner_id=attending_learner(),
        programme_id=found.id,
        revision=module.revision,
        placement_id=placement_for(current_visit(), found.id, module.id),
        at=now(),
        came_by=current_visit().placement_id,
    )


def _error(question: Question, given: Given) -> str:
    found = flaw(question, given)
    if found is None:
        return ""
    words: dict[Flaw, str] = {
        "missing": _("Prima scegli una risposta."),
        "partial": _("Manca una parte della risposta: completa tutti gli elenchi."),
        "repeated": _("Due passi hanno lo stesso posto: danne uno diverso a ciascuno."),
    }
    return words[found]


def _address(found: Programme, module: TrainingModule, one: Lesson) -> str:
    return url_for("modules.lesson", programme_id=found.id, module_id=module.id, lesson_id=one.id)


def _neighbour(module: TrainingModule, one: Lesson, step: int) -> Lesson | None:
    place = module.lessons.index(one) + step
    return module.lessons[place] if 0 <= place < len(module.lessons) else None


def _after(found: Programme, module: TrainingModule, one: Lesson) -> str:
    following = _neighbour(module, one, 1)
    if following:
        return _address(found, module, following)
    endpoint = "modules.assessment" if module.assessment else "modules.module"
    return url_for(endpoint, programme_id=found.id, module_id=module.id)


def _page(
    found: Programme,
    module: TrainingModule,
    one: Lesson,
    progress: Progress,
    refused: Mapping[str, QuestionView],
) -> str:
    visit = current_visit()
    facts = called(one.body, found.lexicon)
    doubtful = doubtful_of(facts)
    concluded = completions(db.session(), visit.learner_id, found.id)
    checks = [
        refused.get(question.id) or _check(question, number, progress)
        for number, question in enumerate(one.self_checks, start=1)
    ]
    return render_template(
        "modules/lesson.html",
        programme=found,
        module=module,
        lesson=one,
        role_names=[role.name for role in found.roles if role.id in one.roles],
        standing=module_standing(module, progress, concluded),
        sections=section_views(found, module, one.body, doubtful),
        facts=facts,
        doubtful=doubtful,
        checks=checks,
        errors=[(check.error, check.anchor) for check in checks if check.error],
        read_at=progress.lessons_read.get(one.id),
        before=_neighbour(module, one, -1),
        after=_after(found, module, one),
        simulations=[simulation for simulation in module.simulations if simulation.lesson == one.id],
        following=_neighbour(module, one, 1),
        attends=attends(visit),
    )


def _check(question: Question, number: int, progress: Progress) -> QuestionView:
    given = restore(question, progress.self_checks.get(question.id))
    if given is None or flaw(question, given):
        return to_answer(question, number, given)
    return answered(question, number, given, score(question, given.answer))
