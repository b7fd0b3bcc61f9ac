"""What happens in an attempt, wherever the assessment is: started, answered, handed in, read again."""

import secrets
from collections.abc import Mapping

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from course_content.assessments import draw
from course_content.programme import Assessment
from course_content.questions import Question
from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.modules.answers import Given, is_empty, read_given, restore
from lms_plugin.modules.attending import attending_learner, attends, current_progress, one_at_a_time
from lms_plugin.modules.facts import Teller, answers_saved, attempt_started, attempt_submitted
from lms_plugin.modules.parts import in_parts, marked_questions, part_results
from lms_plugin.modules.places import Place
from lms_plugin.modules.progress import Attempt, Progress, Submission
from lms_plugin.modules.question_view import QuestionView, flaw_words, to_answer
from lms_plugin.modules.standing import assessment_standing
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import UnknownProgramme, recorder
from lms_plugin.web.visit import current_visit, placement_for

SAVE, LEAVE, SUBMIT = "save", "leave", "submit"


class NoAttemptsLeft(Refusal):
    """Every attempt that the assessment allows was started."""

    code = "no_attempts_left"
    status = 409


def start(place: Place) -> ResponseReturnValue:
    """Starts an attempt, or goes back to the one that is open; raises NoAttemptsLeft."""
    learner_id = attending_learner()
    with one_at_a_time(learner_id, place.programme.id) as (database, progress):
        standing = assessment_standing(place.assessment, progress)
        if standing.open_attempt:
            return redirect(place.attempt(standing.open_attempt.number), code=303)
        if not standing.left:
            raise NoAttemptsLeft
        number = len(standing.attempts) + 1
        fact = attempt_started(_teller(place), place.assessment, number, secrets.token_hex(8))
        recorder().record(database, [fact], now())
    return redirect(place.attempt(number), code=303)


def show(place: Place, number: int) -> str:
    """The questions with what was given so far, or the result once it was handed in."""
    progress = current_progress(db.session(), current_visit().learner_id, place.programme.id)
    one = _attempt(progress, place.assessment, number)
    if one.submission:
        return _result(place, progress, one, one.submission)
    return _questions(place, progress, one, _restored(place.assessment, one), checked=False)


def answer(place: Place, number: int) -> ResponseReturnValue:
    """Keeps what is given; hands the attempt in when asked to and nothing is missing."""
    learner_id = attending_learner()
    action = request.form.get("action", SAVE)
    with one_at_a_time(learner_id, place.programme.id) as (database, progress):
        one = _attempt(progress, place.assessment, number)
        if one.submission:  # sent twice: the first one counted
            return redirect(place.attempt(number), code=303)
        bank = _drawn_from_bank(place.assessment, one)
        given = {question.id: read_given(question, request.form) for question in bank}
        teller = _teller(place)
        facts = answers_saved(teller, place.assessment, one, given)
        complete = not any(flaw_words(question, 0, given[question.id]) for question in bank)
        if action == SUBMIT and complete:
            facts.append(attempt_submitted(teller, place.assessment, one, bank, given))
        recorder().record(database, facts, now())
    if action == SUBMIT and not complete:
        return _questions(place, progress, one, given, checked=True), 422
    return _after_saving(place, number, action)


def _after_saving(place: Place, number: int, action: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(saved_at=format_datetime(now(), "HH:mm"))
    if action == LEAVE:
        return redirect(place.above(saved=1), code=303)
    if action == SUBMIT:
        return redirect(place.attempt(number), code=303)
    step = action.partition("-")[2]
    return redirect(f"{place.attempt(number, saved=step or 'all')}#salvato-{step or 'all'}", code=303)


def _teller(place: Place) -> Teller:
    return Teller(
        learner_id=attending_learner(),
        programme_id=place.programme.id,
        revision=place.revision,
        placement_id=placement_for(current_visit(), place.programme.id, place.activity_id),
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
    views: list[QuestionView] = []
    for number, question in enumerate(draw(place.assessment, one.seed), start=1):
        answer_ = given.get(question.id)
        error = flaw_words(question, number, answer_) if checked and answer_ else ""
        views.append(to_answer(question, number, answer_, error))
    return render_template(
        "modules/attempt.html",
        place=place,
        standing=assessment_standing(place.assessment, progress),
        attempt=one,
        parts=in_parts(place, views),
        count=len(views),
        answered=sum(not is_empty(one) for one in given.values()),
        errors=[(view.error, view.anchor) for view in views if view.error],
        revised=one.revision != place.revision,
        saved=request.args.get("saved", ""),
        attends=attends(current_visit()),
    )


def _result(place: Place, progress: Progress, one: Attempt, submission: Submission) -> str:
    lessons = place.module.lessons if place.module else ()
    return render_template(
        "modules/result.html",
        place=place,
        standing=assessment_standing(place.assessment, progress),
        attempt=one,
        submission=submission,
        parts=in_parts(place, marked_questions(place.assessment, one)),
        by_module=part_results(place, submission),
        revised=submission.revision != place.revision,
        unread=sum(lesson.id not in progress.lessons_read for lesson in lessons),
        attends=attends(current_visit()),
    )
