"""What both ways to a roster share: the page, its file, and the button that reads it anew."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from lms_plugin.extensions import db
from lms_plugin.rosters import asking, words
from lms_plugin.rosters.asking import Show, Since, one_page, read_question, sorted_into_lists
from lms_plugin.rosters.claiming import Asked, ask_for
from lms_plugin.rosters.courses import Course, find_course
from lms_plugin.rosters.export import roster_csv, roster_file_name
from lms_plugin.rosters.people import people_of
from lms_plugin.storage import writing
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.visit import current_visit

log = logging.getLogger("coalizione.export")
# How long a press of the button waits for the worker to be done; after that it goes on by itself.
WAIT_SECONDS, WAIT_STEP_SECONDS = 3.0, 0.2


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the pages of a course are for this reader; `page` takes the parameters of the question."""

    page: Callable[..., str]
    update: str
    file: Callable[..., str]


def roster_page(course: Course, addresses: Addresses, frame: str) -> str:
    """The page of a course; `frame` is the template around it. Raises QuestionWrong."""
    question = read_question(request.args)
    lists = sorted_into_lists(people_of(db.session(), course.id), course, question.since, now())
    chosen = () if question.show is Show.CHANGES else lists.chosen(question.show)
    return render_template(
        "rosters/roster.html",
        frame=frame,
        course=course,
        addresses=addresses,
        question=question,
        lists=lists,
        counts=lists.counts(),
        people=one_page(chosen, question.page),
        pages=asking.pages(chosen),
        under_way=course.is_under_way(now()),
        asked=request.args.get("asked"),
        days_kept=settings().roster_days_kept,
        words=words,
        Show=Show,
        Since=Since,
    )


def roster_file(course: Course) -> Response:
    """Everybody as a file; written to the log, because personal data leave here."""
    people = people_of(db.session(), course.id)
    excel = request.args.get("excel") == "1"
    visit = current_visit()
    ids = {"staff": visit.staff_id, "learner": visit.learner_id, "course": course.id}
    facts = {name: str(value) for name, value in ids.items() if value} | {"role": visit.role}
    log.info("roster exported", extra={"facts": facts | {"rows": len(people), "excel": excel}})
    answer = Response(roster_csv(people, excel=excel).encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{roster_file_name(now())}"'
    return answer


def read_anew(course: Course, page: Callable[..., str]) -> Redirect:
    """Asks the worker to read the roster, waits a moment for it, and goes back to the page."""
    with writing(db.session()) as database:
        asked = ask_for(database, course.id, now())
    parameters: dict[str, Any] = {"asked": asked}
    if asked is Asked.QUEUED and _is_soon_done(course.id):
        parameters = {}
    return redirect(page(**parameters), 303)


def _is_soon_done(context_id: UUID) -> bool:
    """Whether the worker is done before patience ends; nothing is open in the database between two looks."""
    database, ends = db.session(), time.monotonic() + WAIT_SECONDS
    while time.monotonic() < ends:
        time.sleep(WAIT_STEP_SECONDS)
        under_way = find_course(database, context_id).is_under_way(now())
        database.rollback()
        if not under_way:
            return True
    return False
