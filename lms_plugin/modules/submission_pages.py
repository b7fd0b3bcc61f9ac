"""Submission review: what one learner handed in for one link, read only, for trainers and administrators.

The LMS says whose submission it is about (Submission Review 1.0); that is kept with the visit, so no address
names a learner and nobody gets to another one by changing it.
"""

import logging

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from course_content.programme import UnknownActivity, Webinar
from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.lti.platform import Placement
from lms_plugin.lti.submission_review import SubmissionReview
from lms_plugin.modules.attending import completions, current_progress
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.finding import find_module
from lms_plugin.modules.parts import in_parts, marked_questions, part_results
from lms_plugin.modules.places import find_place
from lms_plugin.modules.progress import Attempt, Submission
from lms_plugin.modules.standing import (
    AssessmentStanding,
    ModuleStanding,
    assessment_standing,
    completion_of,
    module_standing,
)
from lms_plugin.people.role import COURSE_STAFF
from lms_plugin.web.access import visitors
from lms_plugin.web.configuration import UnknownProgramme, programme
from lms_plugin.web.visit import current_visit

log = logging.getLogger("coalizione.submissions")


class NothingToReview(Refusal):
    """This visit was not opened to review a submission."""

    code = "nothing_to_review"
    status = 404


def reviewed(database: Session) -> Placement | None:
    """The learner behind their link whom this visit may look at; None when they never came by it.

    Raises NothingToReview.
    """
    visit = current_visit()
    found = database.scalar(select(SubmissionReview).where(SubmissionReview.visit_id == visit.id))
    if found is None:
        raise NothingToReview
    placement = found.placement
    if placement is not None and placement.resource_link.deployment_id != visit.deployment_id:
        raise NothingToReview("of another deployment")
    return placement


@blueprint.get("/submission")
@visitors(*COURSE_STAFF)
def submission() -> str:
    """Attempts and progress of the learner at the activity of the link."""
    placement = reviewed(db.session())
    link = placement.resource_link if placement else None
    if placement is None or link is None or not link.programme_id or not link.activity_id:
        return render_template(
            "modules/submission_none.html", learner=placement.learner if placement else None
        )
    _note(placement)
    webinar = _webinar(link.programme_id, link.activity_id)
    if webinar is not None:
        return _attendance(placement, link.programme_id, webinar)
    return _attempts(placement, link.programme_id, link.activity_id)


def _attempts(placement: Placement, programme_id: str, activity_id: str) -> str:
    final, standing = programme(programme_id).final_assessment, None
    if final is not None and final.id == activity_id:
        progress = current_progress(db.session(), placement.learner_id, programme_id)
        assessment: AssessmentStanding | None = assessment_standing(final.assessment, progress)
    else:
        standing = _standing(placement, programme_id, activity_id)
        assessment = standing.assessment
    return render_template(
        "modules/submission.html",
        module=standing.module if standing else None,
        learner=placement.learner,
        standing=standing,
        assessment=assessment,
    )


def _note(placement: Placement) -> None:
    """Who looks at whose work leaves a trace, by ids."""
    facts = {"visit": str(current_visit().id), "placement": str(placement.id)}
    log.info("submission reviewed", extra={"facts": facts})


def _webinar(programme_id: str, activity_id: str) -> Webinar | None:
    try:
        return programme(programme_id).webinar(activity_id)
    except UnknownActivity:
        return None


def _attendance(placement: Placement, programme_id: str, webinar: Webinar) -> str:
    concluded = completions(db.session(), placement.learner_id, programme_id)
    return render_template(
        "modules/submission_webinar.html",
        programme=programme(programme_id),
        webinar=webinar,
        learner=placement.learner,
        completion=completion_of(webinar.id, concluded),
    )


def _standing(placement: Placement, programme_id: str, module_id: str) -> ModuleStanding:
    _found, module = find_module(programme_id, module_id)
    progress = current_progress(db.session(), placement.learner_id, programme_id)
    return module_standing(module, progress, completions(db.session(), placement.learner_id, programme_id))


@blueprint.get("/submission/attempts/<int:number>")
@visitors(*COURSE_STAFF)
def submitted_attempt(number: int) -> str:
    """One attempt that was handed in, question by question; one still open is theirs alone."""
    placement = reviewed(db.session())
    link = placement.resource_link if placement else None
    if placement is None or link is None:
        raise NothingToReview
    place = find_place(link.programme_id or "", link.activity_id or "")
    progress = current_progress(db.session(), placement.learner_id, place.programme.id)
    attempt, submission = _handed_in(progress.attempt(place.assessment.id, number))
    _note(placement)
    return render_template(
        "modules/submitted_attempt.html",
        place=place,
        learner=placement.learner,
        attempt=attempt,
        by_module=part_results(place, submission),
        parts=in_parts(place, marked_questions(place.assessment, attempt)),
    )


def _handed_in(attempt: Attempt | None) -> tuple[Attempt, Submission]:
    if attempt is None or attempt.submission is None:
        raise UnknownProgramme("no such attempt")
    return attempt, attempt.submission
