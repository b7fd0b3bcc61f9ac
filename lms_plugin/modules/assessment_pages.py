"""The pages of an assessment, a module's or the programme's: rules and attempts, the questions, the result.

All the questions of an attempt are on one page. On a slow line with long round trips ten pages cost ten
waits, one page of some 30 KB costs one; on a phone scrolling is the easiest gesture; and whoever reads with a
screen reader can go through all of it, change an answer, and hand in once. What is given is kept by every
button, and by a small script as one goes.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms_plugin.delivery.score_news import score_news
from lms_plugin.extensions import db
from lms_plugin.modules.attempting import answer, show, start
from lms_plugin.modules.attending import READERS, attends, completions, current_progress
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.places import find_assessment, find_final_assessment
from lms_plugin.modules.standing import assessment_standing, module_standing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.visit import current_visit, placement_for

ASSESSMENT = "/programmes/<programme_id>/modules/<module_id>/assessment"
ATTEMPT = f"{ASSESSMENT}/attempts/<int:number>"
FINAL = "/programmes/<programme_id>/final-assessment"
FINAL_ATTEMPT = f"{FINAL}/attempts/<int:number>"


@blueprint.get(ASSESSMENT)
@visitors(*READERS)
def assessment(programme_id: str, module_id: str) -> str:
    """The rules in words, the attempts so far, and the button that starts or resumes one."""
    place = find_assessment(programme_id, module_id)
    visit = current_visit()
    progress = current_progress(db.session(), visit.learner_id, programme_id)
    lessons = place.module.lessons if place.module else ()
    return render_template(
        "modules/assessment.html",
        place=place,
        standing=assessment_standing(place.assessment, progress),
        unread=sum(lesson.id not in progress.lessons_read for lesson in lessons),
        attends=attends(visit),
    )


@blueprint.get(FINAL)
@visitors(*READERS)
def final_assessment(programme_id: str) -> str:
    """The same for the final assessment, with the modules not completed yet and news of its score."""
    place, visit, database = find_final_assessment(programme_id), current_visit(), db.session()
    found, activity = place.programme, (place.programme.id, place.activity_id)
    progress = current_progress(database, visit.learner_id, found.id)
    concluded = completions(database, visit.learner_id, found.id)
    standings = [module_standing(module, progress, concluded) for module in found.modules]
    return render_template(
        "modules/final_assessment.html",
        place=place,
        final=found.final_assessment,
        standing=assessment_standing(place.assessment, progress),
        missing=[one for one in standings if one.status != "done"],
        grade=score_news(database, visit.learner_id, activity, now(), placement_for(visit, *activity)),
        resent="resent" in request.args,
        attends=attends(visit),
    )


@blueprint.post(ASSESSMENT)
@visitors(*READERS)
def start_attempt(programme_id: str, module_id: str) -> ResponseReturnValue:
    """Starts an attempt, or goes back to the one that is open; raises NoAttemptsLeft."""
    return start(find_assessment(programme_id, module_id))


@blueprint.post(FINAL)
@visitors(*READERS)
def start_final_attempt(programme_id: str) -> ResponseReturnValue:
    """The same for the final assessment."""
    return start(find_final_assessment(programme_id))


@blueprint.get(ATTEMPT)
@visitors(*READERS)
def attempt(programme_id: str, module_id: str, number: int) -> str:
    """The questions with what was given so far, or the result once it was handed in."""
    return show(find_assessment(programme_id, module_id), number)


@blueprint.get(FINAL_ATTEMPT)
@visitors(*READERS)
def final_attempt(programme_id: str, number: int) -> str:
    """The same for the final assessment."""
    return show(find_final_assessment(programme_id), number)


@blueprint.post(ATTEMPT)
@visitors(*READERS)
def answer_attempt(programme_id: str, module_id: str, number: int) -> ResponseReturnValue:
    """Keeps what is given; hands the attempt in when asked to and nothing is missing."""
    return answer(find_assessment(programme_id, module_id), number)


@blueprint.post(FINAL_ATTEMPT)
@visitors(*READERS)
def answer_final_attempt(programme_id: str, number: int) -> ResponseReturnValue:
    """The same for the final assessment."""
    return answer(find_final_assessment(programme_id), number)
