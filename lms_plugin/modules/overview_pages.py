"""The pages of a programme and of a module: what there is, what is done and why, where to go on."""

from typing import Any

from flask import Response, render_template, request, send_from_directory, url_for
from sqlalchemy.orm import Session

from course_content.programme import Programme, TrainingModule
from lms_plugin.delivery.score_news import ScoreNews, score_news
from lms_plugin.extensions import db
from lms_plugin.modules.attending import READERS, attends, completions, current_progress
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.finding import find_module, find_ready_module
from lms_plugin.modules.progress import NOTHING_DONE, Progress
from lms_plugin.modules.standing import (
    AssessmentStanding,
    ModuleStanding,
    assessment_standing,
    completion_of,
    module_standing,
    shown_progress,
)
from lms_plugin.records.completion import Completion
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programme as programme_of
from lms_plugin.web.kept_pages import kept_page
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.visit import current_visit, placement_for


@blueprint.route("/programmes/<programme_id>")
@visitors(*READERS)
def programme(programme_id: str) -> str:
    """Modules, webinars and days of a programme, each with where the learner stands."""
    found, visit = programme_of(programme_id), current_visit()
    progress = current_progress(db.session(), visit.learner_id, found.id)
    concluded = completions(db.session(), visit.learner_id, found.id)
    standings = [module_standing(module, progress, concluded) for module in found.modules]
    ready = [standing for standing in standings if standing.status != "preparing"]
    return render_template(
        "modules/programme.html",
        programme=found,
        standings=standings,
        ready=ready,
        done=sum(standing.status == "done" for standing in ready),
        final=_final_standing(found, progress),
        saved="saved" in request.args,
        attended={webinar.id: completion_of(webinar.id, concluded) for webinar in found.webinars},
        attends=attends(visit),
        resume=resume_address(found, next((one for one in ready if one.status != "done"), None)),
    )


def _final_standing(found: Programme, progress: Progress) -> AssessmentStanding | None:
    final = found.final_assessment
    return assessment_standing(final.assessment, progress) if final else None


@blueprint.route("/programmes/<programme_id>/modules/<module_id>")
@visitors(*READERS)
def module(programme_id: str, module_id: str) -> Response | str:
    """A module: objectives, lessons, assessment, and why it is or is not complete."""
    found, training_module = find_module(programme_id, module_id)
    if not training_module.ready:
        return render_template("modules/in_preparation.html", programme=found, module=training_module)
    return _ready_module(found, training_module)


def _ready_module(found: Programme, training_module: TrainingModule) -> Response | str:
    visit = current_visit()
    progress, concluded = _record(visit, found)
    standing = module_standing(training_module, progress, concluded)
    # A score is always about a conclusion: most of those who arrive at nine have none yet.
    grade = _grade(db.session(), visit, (found.id, training_module.id)) if concluded else None

    def page() -> str:
        return render_template(
            "modules/module.html",
            programme=found,
            module=training_module,
            standing=standing,
            grade=grade,
            resent="resent" in request.args,
            attends=attends(visit),
            resume=resume_address(found, standing),
            saved="saved" in request.args,
        )

    # Results are nobody else's business: a page that shows any is made for its reader alone.
    shown = None if grade else shown_progress(standing)
    return page() if shown is None else kept_page(("module", found.id, training_module.id, shown), page)


def _record(visit: OpenVisit, found: Programme) -> tuple[Progress, list[Completion]]:
    """What the visitor did in the programme and what was concluded; of whom nothing is, nobody asks."""
    if not visit.is_recorded:
        return NOTHING_DONE, []
    database = db.session()
    progress = current_progress(database, visit.learner_id, found.id)
    return progress, completions(database, visit.learner_id, found.id)


def _grade(database: Session, visit: OpenVisit, activity: tuple[str, str]) -> ScoreNews | None:
    return score_news(database, visit.learner_id, activity, now(), placement_for(visit, *activity))


def resume_address(found: Programme, standing: ModuleStanding | None) -> str | None:
    """Where «Continua» leads: the half-given attempt, else the first lesson not read, else the assessment."""
    if standing is None:
        return None
    place: dict[str, Any] = {"programme_id": found.id, "module_id": standing.module.id}
    assessment = standing.assessment
    if assessment and assessment.open_attempt:
        return url_for("modules.attempt", **place, number=assessment.open_attempt.number)
    if standing.next_lesson:
        return url_for("modules.lesson", **place, lesson_id=standing.next_lesson.id)
    if assessment and not assessment.passed and assessment.left:
        return url_for("modules.assessment", **place)
    return None


@blueprint.route("/programmes/<programme_id>/modules/<module_id>/media/<path:file>")
@visitors(*READERS)
def media(programme_id: str, module_id: str, file: str) -> Response:
    """A picture of a lesson."""
    found, training_module = find_ready_module(programme_id, module_id)
    return send_from_directory(found.folder / training_module.id / "media", file)
