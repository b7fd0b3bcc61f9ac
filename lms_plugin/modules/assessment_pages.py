"""The pages of a module's assessment: rules and attempts, the questions, the result.

All the questions of an attempt are on one page. On a slow line with long round trips ten pages cost ten
waits, one page of some 30 KB costs one; on a phone scrolling is the easiest gesture; and whoever reads with a
screen reader can go through all of it, change an answer, and hand in once. What is given is kept by every
button, and by a small script as one goes.
"""

import secrets
from collections.abc import Mapping

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from course_content.assessments import draw
from course_content.programme import Assessment, Programme, TrainingModule
from course_content.questions import Question
from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.modules.answers import Given, is_empty, read_given, restore
from lms_plugin.modules.attending import (
    READERS,
    attending_learner,
    attends,
    current_progress,
    one_at_a_time,
)
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.facts import Teller, answers_saved, attempt_started, attempt_submitted
from lms_plugin.modules.finding import find_assessment
from lms_plugin.modules.progress import Attempt, Progress, SavedAnswer, Submission
from lms_plugin.modules.question_view import QuestionView, answered, flaw_words, to_answer
from lms_plugin.modules.standing import assessment_standing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import UnknownProgramme, recorder
from lms_plugin.web.visit import current_visit, placement_for

ASSESSMENT = "/programmes/<programme_id>/modules/<module_id>/assessment"
ATTEMPT = f"{ASSESSMENT}/attempts/<int:number>"
SAVE, LEAVE, SUBMIT = "save", "leave", "submit"
Place = tuple[Programme, TrainingModule, Assessment]


class NoAttemptsLeft(Refusal):
    """Every attempt that the assessment allows was started."""

    code = "no_attempts_left"
    status = 409


@blueprint.get(ASSESSMENT)
@visitors(*READERS)
def assessment(programme_id: str, module_id: str) -> str:
    """The rules in words, the attempts so far, and the button that starts or resumes one."""
    found, module, one = find_assessment(programme_id, module_id)
    visit = current_visit()
    progress = current_progress(db.session(), visit.learner_id, programme_id)
    return render_template(
        "modules/assessment.html",
        programme=found,
        module=module,
        assessment=one,
        standing=assessment_standing(one, progress),
        unread=sum(lesson.id not in progress.lessons_read for lesson in module.lessons),
        attends=attends(visit),
    )


@blueprint.post(ASSESSMENT)
@visitors(*READERS)
def start_attempt(programme_id: str, module_id: str) -> ResponseReturnValue:
    """Starts an attempt, or goes back to the one that is open; raises NoAttemptsLeft."""
    learner_id = attending_learner()
    place = find_assessment(programme_id, module_id)
    with one_at_a_time(learner_id, programme_id) as (database, progress):
        standing = assessment_standing(place[2], progress)
        if standing.open_attempt:
            return redirect(_address(place, standing.open_attempt.number), code=303)
        if not standing.left:
            raise NoAttemptsLeft
        number = len(standing.attempts) + 1
        fact = attempt_started(_teller(place), place[2], number, secrets.token_hex(8))
        recorder().record(database, [fact], now())
    return redirect(_address(place, number), code=303)


@blueprint.get(ATTEMPT)
@visitors(*READERS)
def attempt(programme_id: str, module_id: str, number: int) -> str:
    """The questions with what was given so far, or the result once it was handed in."""
    place = find_assessment(programme_id, module_id)
    progress = current_progress(db.session(), current_visit().learner_id, programme_id)
    one = _attempt(progress, place[2], number)
    if one.submission:
        return _result(place, progress, one, one.submission)
    return _questions(place, progress, one, _restored(place[2], one), checked=False)


@blueprint.post(ATTEMPT)
@visitors(*READERS)
def answer_attempt(programme_id: str, module_id: str, number: int) -> ResponseReturnValue:
    """Keeps what is given; hands the attempt in when asked to and nothing is missing."""
    learner_id = attending_learner()
    place = find_assessment(programme_id, module_id)
    action = request.form.get("action", SAVE)
    with one_at_a_time(learner_id, programme_id) as (database, progress):
        one = _attempt(progress, place[2], number)
        if one.submission:  # sent twice: the first one counted
            return redirect(_address(place, number), code=303)
        bank = _drawn_from_bank(place[2], one)
        given = {question.id: read_given(question, request.form) for question in bank}
        teller = _teller(place)
        facts = answers_saved(teller, place[2], one, given)
        complete = not any(flaw_words(question, 0, given[question.id]) for question in bank)
        if action == SUBMIT and complete:
            facts.append(attempt_submitted(teller, place[2], one, bank, given))
        recorder().record(database, facts, now())
    if action == SUBMIT and not complete:
        return _questions(place, progress, one, given, checked=True), 422
    return _after_saving(place, number, action)


def _after_saving(place: Place, number: int, action: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(saved_at=format_datetime(now(), "HH:mm"))
    if action == LEAVE:
        found, module, _assessment = place
        return redirect(
            url_for("modules.module", programme_id=found.id, module_id=module.id, saved=1), code=303
        )
    if action == SUBMIT:
        return redirect(_address(place, number), code=303)
    step = action.partition("-")[2]
    return redirect(f"{_address(place, number, saved=step or 'all')}#salvato-{step or 'all'}", code=303)


def _address(place: Place, number: int, saved: str | None = None) -> str:
    found, module, _assessment = place
    return url_for("modules.attempt", programme_id=found.id, module_id=module.id, number=number, saved=saved)


def _teller(place: Place) -> Teller:
    found, module, _assessment = place
    return Teller(
        learner_id=attending_learner(),
        programme_id=found.id,
        revision=module.revision,
        placement_id=placement_for(current_visit(), found.id, module.id),
        at=now(),
        came_by=current_visit().placement_id,
    )


def _attempt(progress: Progress, one: Assessment, number: int) -> Attempt:
    found = progress.attempt(one.id, number)
    if found is None:
        raise UnknownProgramme(f"{one.id}/{number}")
    return found


def _drawn_from_bank(one: Assessment, open_attempt: Attempt) -> list[Question]:
    """The drawn questions with their choices in the order of the bank, which is how answers are kept."""
    by_id = {question.id: question for question in one.questions}
    return [by_id[question.id] for question in draw(one, open_attempt.seed)]


def _restored(one: Assessment, open_attempt: Attempt) -> dict[str, Given]:
    restored = {
        question.id: restore(question, open_attempt.saved.get(question.id)) for question in one.questions
    }
    return {question_id: given for question_id, given in restored.items() if given}


def _questions(
    place: Place, progress: Progress, one: Attempt, given: Mapping[str, Given], *, checked: bool
) -> str:
    found, module, assessment_ = place
    views: list[QuestionView] = []
    for number, question in enumerate(draw(assessment_, one.seed), start=1):
        answer = given.get(question.id)
        views.append(
            to_answer(
                question, number, answer, flaw_words(question, number, answer) if checked and answer else ""
            )
        )
    return render_template(
        "modules/attempt.html",
        programme=found,
        module=module,
        assessment=assessment_,
        standing=assessment_standing(assessment_, progress),
        attempt=one,
        questions=views,
        answered=sum(not is_empty(one) for one in given.values()),
        errors=[(view.error, view.anchor) for view in views if view.error],
        revised=one.revision != module.revision,
        saved=request.args.get("saved", ""),
        attends=attends(current_visit()),
    )


def _result(place: Place, progress: Progress, one: Attempt, submission: Submission) -> str:
    found, module, assessment_ = place
    return render_template(
        "modules/result.html",
        programme=found,
        module=module,
        assessment=assessment_,
        standing=assessment_standing(assessment_, progress),
        attempt=one,
        submission=submission,
        questions=marked_questions(assessment_, one),
        revised=submission.revision != module.revision,
        unread=sum(lesson.id not in progress.lessons_read for lesson in module.lessons),
        attends=attends(current_visit()),
    )


def marked_questions(one: Assessment, attempt_: Attempt) -> list[QuestionView]:
    """The questions that were answered, in the order asked, less those taken out of the bank since."""
    submission = attempt_.submission
    if submission is None:
        return []
    bank = {question.id: question for question in one.questions}
    asked = [question for question in draw(one, attempt_.seed) if question.id in submission.answers]
    views: list[QuestionView] = []
    for number, question in enumerate(asked, start=1):
        given = restore(bank[question.id], SavedAnswer(submission.answers[question.id])) or Given(())
        views.append(answered(question, number, given, submission.scores[question.id]))
    return views
