"""The administrator's pages: which LMS to imitate, which mistake to make, which tools are installed."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.here import here, person, refuse_other_origins, require_administrator
from lms_plugin.rehearsal.people import PEOPLE
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.rehearsal.registration import registration_address

administration = Blueprint("administration", __name__)


@administration.get("/as/<user_id>/switches")
def switches(user_id: str) -> str:
    user = person(user_id)
    require_administrator(user)
    with here().store.reading() as memory:
        forgery = memory.forgery
    return render_template(
        "switches.html",
        user=user,
        profiles=PROFILES.values(),
        forgeries=FORGERIES.values(),
        forgery=forgery,
        links=here().links(),
        learner=PEOPLE["ada"],
    )


@administration.post("/as/<user_id>/switches")
def switch(user_id: str) -> ResponseReturnValue:
    """Form: profile=name, forgery=name or empty, rotate=1 to change the signing key."""
    require_administrator(person(user_id))
    refuse_other_origins()
    profile, forgery = request.form.get("profile"), request.form.get("forgery")
    if (profile and profile not in PROFILES) or (forgery and forgery not in FORGERIES):
        abort(400)
    with here().store.changing() as memory:
        if profile:
            memory.profile = profile
        if forgery is not None:
            memory.forgery = forgery or None
        if request.form.get("rotate"):
            memory.keys.rotate()
    return redirect(url_for("administration.switches", user_id=user_id), 303)


@administration.get("/as/<user_id>/tools")
def tools(user_id: str) -> str:
    """Installed tools, and the start of a dynamic registration at `?address=`."""
    user = person(user_id)
    require_administrator(user)
    address = request.args.get("address", "").strip()
    valid = address.startswith(("http://", "https://"))
    with here().store.reading() as memory:
        installed = list(memory.tools.values())
    return render_template(
        "tools.html",
        user=user,
        tools=installed,
        address=address or f"{here().settings.tool_url}/lti/register",
        invalid=bool(address) and not valid,
        go_to=registration_address(here(), address) if valid else None,
        framed=url_for("administration.registration_frame", user_id=user_id, address=address),
    )


@administration.get("/as/<user_id>/tools/registration")
def registration_frame(user_id: str) -> ResponseReturnValue:
    """The tool's registration page inside a frame, as Moodle and Canvas show it; it closes by a message."""
    user = person(user_id)
    require_administrator(user)
    address = request.args.get("address", "").strip()
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        abort(400)
    start = registration_address(here(), address)
    page = make_response(render_template("registration.html", user=user, start=start))
    frames = f"frame-src {parts.scheme}://{parts.netloc}"
    policy = f"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; {frames}"
    page.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'self'; base-uri 'none'"
    return page


@administration.post("/as/<user_id>/tools/<client_id>/activate")
def activate(user_id: str, client_id: str) -> ResponseReturnValue:
    require_administrator(person(user_id))
    refuse_other_origins()
    with here().store.changing() as memory:
        if client_id not in memory.tools:
            abort(404)
        memory.tools[client_id].active = True
    return redirect(url_for("administration.tools", user_id=user_id), 303)
