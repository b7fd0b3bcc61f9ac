"""The LTI addresses: login initiation, launch, our public keys."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.blueprints import BlueprintSetupState

from lms_plugin.extensions import csrf, db
from lms_plugin.launching import browser_binding as binding
from lms_plugin.launching.forms import each_once, posted_once
from lms_plugin.launching.opening import enter
from lms_plugin.launching.platform_errors import platform_error_page
from lms_plugin.launching.protocol import install_protocol, key_sets, login_states, redirect_uri
from lms_plugin.launching.rate_limits import count_registration, install_rate_limits, limit
from lms_plugin.launching.refusals import begin_attempt, new_window_page, refuse
from lms_plugin.launching.reports import install_allowance
from lms_plugin.launching.sentences import SENTENCES
from lms_plugin.launching.stable_pages import find_targets, show_stable_page
from lms_plugin.launching.storage_pages import storage_login_page, wait_for_storage
from lms_plugin.lti import errors
from lms_plugin.lti.envelope import LONGEST_STATE, open_envelope
from lms_plugin.lti.fingerprints import same
from lms_plugin.lti.known import KnownPlatform, platform_of
from lms_plugin.lti.launch import COOKIE, Attempt, BrowserProof, verify
from lms_plugin.lti.login import (
    LoginRequest,
    RecentPlatforms,
    authentication_request,
    check_target,
    read_login,
)
from lms_plugin.lti.login_state import Login
from lms_plugin.lti.tool_keys import ensure_signing_key, public_key_set
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.problems import explain, problem
from lms_plugin.web.redirects import redirect_to

blueprint = Blueprint("launching", __name__)
blueprint.register_error_handler(errors.LtiRefusal, refuse)
limit(blueprint)
explain(SENTENCES)
KEYS_KEPT_SECONDS = 300
RECENT = "recent_platforms"
# A longer address is not sure to arrive: servers and proxies cut at 8 KiB.
LONGEST_STEP = 6000


@blueprint.record_once
def _share(state: BlueprintSetupState) -> None:
    install_protocol(state.app)
    state.app.extensions[RECENT] = RecentPlatforms()
    install_allowance(state.app)
    install_rate_limits(state.app, state.app.extensions["settings"])


@blueprint.route("/lti/login", methods=["GET", "POST"])
@open_to(Door.PUBLIC)
def login() -> Response:
    """Third-party initiated login: seals it into a state, and sends the browser on to the LMS."""
    malformed = errors.LoginMalformed
    asked, platform = _asked(
        posted_once(malformed) if request.method == "POST" else each_once(request.args, malformed)
    )
    begun = login_states().begin(platform.id, asked.target_link_uri, asked.deployment_hint, now())
    response = redirect_to(_next_step(platform, asked, begun), 302)
    binding.set_launch_cookie(response, begun)
    return response


def _asked(sent: Mapping[str, str]) -> tuple[LoginRequest, KnownPlatform]:
    attempt = begin_attempt()
    asked = read_login(sent)
    attempt.issuer, attempt.client_id = asked.issuer, asked.client_id
    recent: RecentPlatforms = current_app.extensions[RECENT]
    platform = recent.find(db.engine, asked)
    attempt.is_from(platform)
    count_registration(platform.id)
    check_target(asked, find_targets())
    return asked, platform


def _next_step(platform: KnownPlatform, asked: LoginRequest, begun: Login) -> str:
    if binding.may_be_in_a_frame():
        step = settings().public_url + url_for("launching.check")
        step += "?" + urlencode({"state": begun.state, **asked.parameters()})
        if len(step) <= LONGEST_STEP:
            return step
    return authentication_request(platform, begun, asked, redirect_uri())


@blueprint.get("/lti/login/check")
@open_to(Door.PUBLIC)
def check() -> Response:
    """Inside a frame: on to the LMS if the cookie came back, else by its storage, else by a new window."""
    sent = each_once(request.args, errors.LoginMalformed)
    asked, platform = _asked(sent)
    begun = login_states().open(sent.get("state", ""), now())
    if begun.platform_id != platform.id or not begun.is_about(asked.target_link_uri):
        raise errors.StateUnknown
    if not same(binding.launch_cookie(begun.state), begun.browser_secret):
        return storage_login_page(platform, asked) or new_window_page(platform, asked.parameters())
    return redirect_to(authentication_request(platform, begun, asked, redirect_uri()), 302)


@blueprint.post("/lti/launch")
@open_to(Door.LTI_MESSAGE)
def launch() -> Response:
    """The LMS's answer: a signed message that opens an activity, or an error."""
    attempt = begin_attempt()
    form = posted_once(errors.MalformedResponse)
    if "error" in form and "id_token" not in form:
        return platform_error_page(form, _login_that_failed(form, attempt), attempt)
    envelope = open_envelope(form)
    begun = login_states().open(envelope.state, now())
    count_registration(begun.platform_id)
    proof = BrowserProof(COOKIE, binding.launch_cookie(begun.state))
    if begun.storage_frame and not proof.secret:
        return wait_for_storage(form, envelope, begun, attempt)
    verified = verify(db.session(), envelope, begun, proof, key_sets(), attempt, now())
    response = enter(verified, attempt)
    binding.drop_launch_cookie(response, begun.state)
    return response


def _login_that_failed(form: Mapping[str, str], attempt: Attempt) -> Login | None:
    """The login that this browser began and the LMS's error answers, if it answers one.

    A state alone proves nothing of who sent the words: everybody may begin a login of their own.
    """
    try:
        begun = login_states().open(form.get("state", "")[:LONGEST_STATE], now())
    except errors.LtiRefusal:
        return None
    platform = platform_of(db.session(), begun.platform_id)
    if platform is not None:
        attempt.is_from(platform)
    return begun if same(binding.launch_cookie(begun.state), begun.browser_secret) else None


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
    del module_id  # the address as a whole says what is meant
    return show_stable_page(programme_id)


@blueprint.get("/programmes/<programme_id>/webinars/<webinar_id>")
@open_to(Door.PUBLIC)
def webinar_page(programme_id: str, webinar_id: str) -> str:
    """The same for a webinar."""
    del webinar_id
    return show_stable_page(programme_id)


@blueprint.get("/programmes/<programme_id>/final-assessment")
@open_to(Door.PUBLIC)
def final_assessment_page(programme_id: str) -> str:
    """The same for the final assessment of a programme."""
    return show_stable_page(programme_id)


@blueprint.get("/programmes/<programme_id>/calendar")
@open_to(Door.PUBLIC)
def calendar_page(programme_id: str) -> str:
    """The same for the calendar of a programme."""
    return show_stable_page(programme_id)


@blueprint.get("/lti/deep-linking")
@open_to(Door.PUBLIC)
def deep_linking_page() -> Response:
    """Somebody followed a link to the address that LMSs name when they ask for activities."""
    return problem("picking_unknown", 404)


# Cross-site by design: what an LMS posts is bound by state, nonce and cookie instead of a form token.
csrf.exempt(login)
csrf.exempt(launch)
