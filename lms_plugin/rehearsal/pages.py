"""The pages of the practice LMS: who are you, the course, one activity, coming back from the tool."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms_plugin.rehearsal import initiation
from lms_plugin.rehearsal.course import COURSE
from lms_plugin.rehearsal.grade_table import rows_for
from lms_plugin.rehearsal.here import here, person
from lms_plugin.rehearsal.initiation import LoginInitiation
from lms_plugin.rehearsal.people import PEOPLE

pages = Blueprint("pages", __name__)
_LONGEST_MESSAGE = 500


@pages.get("/")
def home() -> str:
    return render_template("home.html", people=PEOPLE.values())


@pages.get("/as/<user_id>/")
def course(user_id: str) -> str:
    user = person(user_id)
    return render_template("course.html", user=user, course=COURSE, links=here().links())


@pages.get("/as/<user_id>/activities/<link_id>/")
def activity(user_id: str, link_id: str) -> ResponseReturnValue:
    """The activity inside a frame, as most LMSs show it."""
    user, link = person(user_id), here().link(link_id)
    if link is None:
        raise initiation.UnknownLaunch(link_id)
    return render_template("activity.html", user=user, link=link, forge=request.args.get("forge"))


@pages.get("/as/<user_id>/activities/<link_id>/launch")
def launch(user_id: str, link_id: str) -> ResponseReturnValue:
    """Send the browser to the tool. Query: target=iframe|window, forge=name, deployment=id, method=…."""
    login = initiation.initiate_resource_link(
        here(),
        user_id,
        link_id,
        document_target="iframe" if request.args.get("target") == "iframe" else "window",
        forgery=request.args.get("forge") or None,
        deployment_id=request.args.get("deployment") or None,
    )
    return send_to_tool(login)


@pages.get("/as/<user_id>/grades")
def grades(user_id: str) -> str:
    """The grade book: a learner sees their own row, everybody else all rows."""
    user = person(user_id)
    return render_template("grades.html", user=user, course=COURSE, rows=rows_for(here(), user))


@pages.get("/as/<user_id>/grades/<column_id>/<learner_id>/")
def submission(user_id: str, column_id: str, learner_id: str) -> str:
    """What a learner handed in, shown by the tool in a frame; for the course's staff."""
    user, learner = person(user_id), person(learner_id)
    if user.is_learner:
        abort(403)
    return render_template("submission.html", user=user, learner=learner, column_id=column_id)


@pages.get("/as/<user_id>/grades/<column_id>/<learner_id>/launch")
def review(user_id: str, column_id: str, learner_id: str) -> ResponseReturnValue:
    """Send the browser to the tool to review a submission; a learner may try it too, for tests."""
    login = initiation.initiate_submission_review(here(), user_id, column_id, learner_id)
    return send_to_tool(login)


@pages.get("/forwarding")
def forwarding() -> str:
    """The frame that keeps data for tools, on an LMS whose own page does not (Canvas)."""
    return render_template("forwarding.html")


@pages.get("/as/<user_id>/returned")
def returned(user_id: str) -> str:
    """Where the tool sends people back (launch_presentation.return_url), with its message if it has one."""
    messages = {name: request.args.get(name, "")[:_LONGEST_MESSAGE] for name in ("lti_msg", "lti_errormsg")}
    return render_template("returned.html", user=person(user_id), **messages)


def send_to_tool(login: LoginInitiation) -> ResponseReturnValue:
    """A redirect, or the form that LMSs which start the login by POST show; `?method=` chooses."""
    method = request.args.get("method", login.method).upper()
    if method == "POST":
        return render_template("post_form.html", action=login.login_url, fields=login.fields)
    return redirect(login.location, 302)


@pages.get("/favicon.ico")
def icon() -> Response:
    return redirect(url_for("static", filename="mark.svg"), 302)  # type: ignore[return-value]
