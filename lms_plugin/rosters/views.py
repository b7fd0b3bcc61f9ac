"""The two ways to a roster: from a launch, for who teaches the course; from the secretariat, for staff."""

from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Redirect

from lms_plugin.extensions import db
from lms_plugin.people.role import Role
from lms_plugin.rosters import words
from lms_plugin.rosters.courses import Course, all_courses, find_course
from lms_plugin.rosters.pages import Addresses, read_anew, roster_file, roster_page
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.problems import explain
from lms_plugin.web.visit import VisitForbidden, current_visit, is_staff
from lms_plugin.web.visit_urls import visit_blueprint

own_course = visit_blueprint("own_course", __name__)
rosters = Blueprint("rosters", __name__, url_prefix="/secretariat/rosters")
TEACHING = (Role.TRAINER, Role.LMS_ADMINISTRATOR)
# An auditor reads records; names and addresses of people without any are no part of them.
OFFICE = (Role.SECRETARY, Role.ADMINISTRATOR, Role.LMS_ADMINISTRATOR)

explain(
    {
        "course_unknown": _(
            "Non troviamo questo corso. Forse la piattaforma non dice da quale corso arrivi,"
            " o il corso è stato tolto."
        ),
        "roster_question_wrong": _(
            "L'indirizzo di questa pagina non è scritto bene: apri di nuovo l'elenco."
        ),
    }
)


@own_course.get("/roster")
@visitors(*TEACHING)
def roster() -> str:
    """Who is enrolled in the course of this visit."""
    return roster_page(_own_course(), _own_addresses(), "rosters/own_frame.html")


@own_course.post("/roster")
@visitors(*TEACHING)
def update() -> Redirect:
    """Reads that roster anew."""
    return read_anew(_own_course(), _own_addresses().page)


@own_course.get("/roster.csv")
@visitors(*TEACHING)
def roster_csv() -> Response:
    """The same people as a file."""
    return roster_file(_own_course())


def _own_course() -> Course:
    """The course of the link that opened this visit: no other, whatever the address says."""
    return find_course(db.session(), current_visit().link_context_id)


def _own_addresses() -> Addresses:
    return Addresses(
        page=lambda **query: url_for("own_course.roster", **query),
        update=url_for("own_course.update"),
        file=lambda **query: url_for("own_course.roster_csv", **query),
    )


@rosters.get("")
@visitors(*OFFICE)
def courses() -> str:
    """The courses whose rosters can be read."""
    found = all_courses(db.session(), _deployment_of_reader())
    return render_template("rosters/courses.html", courses=found, words=words, now=now())


@rosters.get("/<uuid:context_id>")
@visitors(*OFFICE)
def course(context_id: UUID) -> str:
    """Who is enrolled in one of them."""
    found = find_course(db.session(), context_id, _deployment_of_reader())
    return roster_page(found, _office_addresses(context_id), "rosters/office_frame.html")


@rosters.post("/<uuid:context_id>")
@visitors(*OFFICE)
def update_course(context_id: UUID) -> Redirect:
    """Reads that roster anew."""
    found = find_course(db.session(), context_id, _deployment_of_reader())
    return read_anew(found, _office_addresses(context_id).page)


@rosters.get("/<uuid:context_id>.csv")
@visitors(*OFFICE)
def course_csv(context_id: UUID) -> Response:
    """The same people as a file."""
    return roster_file(find_course(db.session(), context_id, _deployment_of_reader()))


def _deployment_of_reader() -> UUID | None:
    """None for staff, who may see every course; an LMS administrator sees those of the own deployment."""
    visit = current_visit()
    if is_staff(visit):
        return None
    if visit.deployment_id is None:
        raise VisitForbidden
    return visit.deployment_id


def _office_addresses(context_id: UUID) -> Addresses:
    return Addresses(
        page=lambda **query: url_for("rosters.course", context_id=context_id, **query),
        update=url_for("rosters.update_course", context_id=context_id),
        file=lambda **query: url_for("rosters.course_csv", context_id=context_id, **query),
    )
