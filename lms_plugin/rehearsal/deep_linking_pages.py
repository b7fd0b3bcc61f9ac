"""The trainer's pages for adding activities from a tool."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from lms_plugin.rehearsal import initiation
from lms_plugin.rehearsal.deep_linking import ReturnRefused, take_response
from lms_plugin.rehearsal.here import here, person
from lms_plugin.rehearsal.pages import send_to_tool
from lms_plugin.rehearsal.people import User

deep_linking = Blueprint("deep_linking", __name__)


def _course_staff(user_id: str) -> User:
    user = person(user_id)
    if user.is_learner:
        abort(403)
    return user


@deep_linking.get("/as/<user_id>/deep-linking")
def choose(user_id: str) -> str:
    """«Aggiungi attività dallo strumento»: the tool's own picker, here in a frame or in a window."""
    user = _course_staff(user_id)
    with here().store.reading() as memory:
        tools = [tool for tool in memory.tools.values() if tool.active]
    framed = request.args.get("tool") if request.args.get("here") else None
    return render_template("deep_linking.html", user=user, tools=tools, framed=framed)


@deep_linking.get("/as/<user_id>/deep-linking/launch")
def launch(user_id: str) -> ResponseReturnValue:
    """Send the browser to the tool's picker. Query: tool=client id, target=iframe|window, forge=name."""
    login = initiation.initiate_deep_linking(
        here(),
        _course_staff(user_id).id,
        client_id=request.args.get("tool") or None,
        document_target="iframe" if request.args.get("target") == "iframe" else "window",
        forgery=request.args.get("forge") or None,
    )
    return send_to_tool(login)


@deep_linking.post("/as/<user_id>/deep-linking/return")
def take_back(user_id: str) -> ResponseReturnValue:
    """deep_link_return_url: the browser posts the tool's signed answer here, from the tool's own page."""
    user = _course_staff(user_id)
    ticket, token = request.args.get("ticket", ""), request.form.get("JWT", "")
    try:
        chosen = take_response(here(), ticket, user.id, token)
    except ReturnRefused as error:
        return render_template("problem.html", code=400, detail=str(error)), 400
    return render_template("deep_linking_done.html", user=user, chosen=chosen)
