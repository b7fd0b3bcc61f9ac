"""The LTI addresses: login initiation, launch, our public keys."""

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, request, url_for
from flask.blueprints import BlueprintSetupState

from lms_plugin.extensions import csrf, db
from lms_plugin.launching import browser_binding as binding
from lms_plugin.launching.entering import first_page, open_visit
from lms_plugin.launching.forms import each_once
from lms_plugin.launching.platform_errors import platform_error_page
from lms_plugin.launching.refusals import begin_attempt, new_window_page, refuse
from lms_plugin.launching.sentences import SENTENCES
from lms_plugin.launching.stable_pages import find_targets, show_stable_page
from lms_plugin.lti import errors
from lms_plugin.lti.arrival import recall
from lms_plugin.lti.deployments import park
from lms_plugin.lti.fingerprints import matches
from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.launch import Attempt, Verified, admit, find_login, use_up, verify
from lms_plugin.lti.login import (
    AuthenticationRequest,
    Secrets,
    begin_login,
    check_target,
    find_platform,
    read_login,
)
from lms_plugin.lti.tool_keys import ensure_signing_key, public_key_set
from lms_plugin.outbound import Outbound
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.problems import explain, problem

blueprint = Blueprint("launching", __name__)
blueprint.register_error_handler(errors.LtiRefusal, refuse)
explain(SENTENCES)
KEYS_KEPT_SECONDS = 300
KEY_SETS = "platform_key_sets"


@blueprint.record_once
def _share_key_sets(state: BlueprintSetupState) -> None:
    """One for the application, so that a process need not ask the database for keys at every launch."""
    trusted = state.app.extensions["settings"].trusted_hosts
    state.app.extensions[KEY_SETS] = KeySets(Outbound(trusted))


@blueprint.route("/lti/login", methods=["GET", "POST"])
@open_to(Door.PUBLIC)
def login() -> Response:
    """Third-party initiated login: remembers it, and sends the browser on to the LMS."""
    attempt = begin_attempt()
    sent = request.form if request.method == "POST" else request.args
    asked = read_login(each_once(sent, errors.LoginMalformed))
    attempt.issuer, attempt.client_id = asked.issuer, asked.client_id
    with writing(db.session()) as database:
        platform = find_platform(database, asked)
        attempt.is_from(platform)
        check_target(asked, find_targets())
        made = begin_login(database, platform, asked, now())
    question = AuthenticationRequest(platform, made.state, made.nonce, asked.login_hint, asked.message_hint)
    response = make_response(redirect(_next_step(made, question), 302))
    binding.set_launch_cookie(response, made)
    return response


def _next_step(made: Secrets, question: AuthenticationRequest) -> str:
    if binding.in_a_frame():
        return settings().public_url + url_for("launching.check", ticket=binding.seal_ticket(made))
    return question.address(_redirect_uri())


def _redirect_uri() -> str:
    return settings().public_url + url_for("launching.launch")


@blueprint.get("/lti/login/check/<ticket>")
@open_to(Door.PUBLIC)
def check(ticket: str) -> Response:
    """Inside a frame: on to the LMS if the cookie came back, else a button that opens a window of its own."""
    attempt = begin_attempt()
    opened = binding.open_ticket(ticket)
    if opened is None:
        raise errors.StateUnknown
    known = find_login(db.session(), opened.state, now())
    attempt.is_from(known.platform)
    if not matches(binding.launch_cookie(opened.state), known.browser_hash):
        return new_window_page(known, 200)
    question = AuthenticationRequest(
        known.platform, opened.state, opened.nonce, known.login_hint, known.message_hint
    )
    return make_response(redirect(question.address(_redirect_uri()), 302))


@blueprint.post("/lti/launch")
@open_to(Door.LTI_MESSAGE)
def launch() -> Response:
    """The LMS's answer: a signed message that opens an activity, or an error."""
    attempt = begin_attempt()
    form = each_once(request.form, errors.MalformedResponse)
    if "error" in form and "id_token" not in form:
        return platform_error_page(db.session(), form, attempt, now())
    key_sets: KeySets = current_app.extensions[KEY_SETS]
    verified = verify(db.session(), form, binding.launch_cookie, key_sets, attempt, now())
    response = _enter(verified, attempt)
    binding.drop_launch_cookie(response, form["state"])
    return response


def _enter(verified: Verified, attempt: Attempt) -> Response:
    """Uses the login up and opens the visit at once; also a message refused this late is used up."""
    database, moment = db.session(), now()
    try:
        launch = admit(database, verified, find_targets(), attempt)
    except errors.LtiRefusal as refusal:
        with writing(database):
            use_up(database, verified.login, moment)
            if isinstance(refusal, errors.DeploymentPending):
                park(database, verified.login.platform, attempt.deployment_id or "", moment)
        raise
    # Read before writing: on SQLite all other launches wait while one of them writes.
    known = recall(database, launch)
    with writing(database):
        use_up(database, verified.login, moment)
        visit, secret = open_visit(database, launch, known, moment)
    return first_page(launch.target, visit, secret)


@blueprint.get("/lti/launch")
@open_to(Door.PUBLIC)
def launch_by_link() -> Response:
    """Somebody followed a link, or went back, to an address that only LMSs use."""
    response = problem("launch_by_link", 405)
    response.headers["Allow"] = "POST"
    return response


@blueprint.get("/lti/jwks.json")
@blueprint.get("/.well-known/jwks.json")
@open_to(Door.PUBLIC)
def jwks() -> Response:
    """Our public keys; the first call ever makes the key."""
    database = db.session()
    published = public_key_set(database)
    if not published["keys"]:
        ensure_signing_key(database, settings().secret_key, now())
        published = public_key_set(database)
    response = jsonify(published)
    response.cache_control.max_age = KEYS_KEPT_SECONDS
    response.cache_control.public = True
    return response


@blueprint.get("/programmes/<programme_id>")
@open_to(Door.PUBLIC)
def programme_page(programme_id: str) -> str:
    """What somebody sees who opens the stable address of a programme without a launch."""
    return show_stable_page(programme_id)


@blueprint.get("/programmes/<programme_id>/modules/<module_id>")
@open_to(Door.PUBLIC)
def module_page(programme_id: str, module_id: str) -> str:
    """The same for a module."""
    return show_stable_page(programme_id, module_id)


@blueprint.get("/programmes/<programme_id>/webinars/<webinar_id>")
@open_to(Door.PUBLIC)
def webinar_page(programme_id: str, webinar_id: str) -> str:
    """The same for a webinar."""
    return show_stable_page(programme_id, webinar_id)


# Cross-site by design: what an LMS posts is bound by state, nonce and cookie instead of a form token.
csrf.exempt(login)
csrf.exempt(launch)
