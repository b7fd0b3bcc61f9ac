"""Platform storage: where no cookie lives, the LMS keeps the browser's secret (LTI postMessage Storage 0.1).

At login a script hands the secret to a frame of the LMS; at launch it asks for it back, and posts it here
together with the ticket of the message that waits. The server compares (docs/decisions, "Platform storage").
"""

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, render_template, request

from lms_plugin.extensions import csrf, db
from lms_plugin.launching.forms import each_once
from lms_plugin.launching.opening import enter
from lms_plugin.launching.protocol import key_sets, login_states, parking, redirect_uri
from lms_plugin.launching.rate_limits import limit
from lms_plugin.launching.refusals import allow_new_window, begin_attempt, refuse
from lms_plugin.lti import errors
from lms_plugin.lti.envelope import Envelope, open_envelope
from lms_plugin.lti.fingerprints import fingerprint
from lms_plugin.lti.known import KnownPlatform
from lms_plugin.lti.launch import STORAGE, Attempt, BrowserProof, require_genuine, verify
from lms_plugin.lti.login import LoginRequest, authentication_request
from lms_plugin.lti.login_state import Login
from lms_plugin.lti.origins import origin_of, origins_of
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.headers import allow_framing
from lms_plugin.web.visit import from_our_page

blueprint = Blueprint("platform_storage", __name__)
blueprint.register_error_handler(errors.LtiRefusal, refuse)
limit(blueprint)
KEY_DIGITS = 32


def storage_login_page(platform: KnownPlatform, asked: LoginRequest) -> Response | None:
    """The page that hands the secret to the LMS and goes on; None when the LMS offers no storage.

    It begins a login of its own: a secret goes only to the browser whose request made it, never to one that
    brings a state along, or anybody could have their own secret put in somebody else's LMS page.
    """
    if asked.storage_target is None or not origin_of(platform.auth_login_url):
        return None
    begun = login_states().begin(
        platform.id, asked.target_link_uri, asked.deployment_hint, now(), asked.storage_target
    )
    allow_new_window(platform)
    page = render_template(
        "launching/storage_login.html",
        fields=asked.parameters(),
        storage=_frame_facts(platform, begun),
        secret=begun.browser_secret,
        onward=authentication_request(platform, begun, asked, redirect_uri()),
    )
    return make_response(page)


def _frame_facts(platform: KnownPlatform, begun: Login) -> Mapping[str, str]:
    """Which frame of the LMS keeps the value, who must answer for it, and under which name it is kept."""
    return {
        "frame": begun.storage_frame,
        "origin": origin_of(platform.auth_login_url),
        "key": f"lti_state_{fingerprint(begun.state)[:KEY_DIGITS]}",
    }


def wait_for_storage(form: Mapping[str, str], envelope: Envelope, begun: Login, attempt: Attempt) -> Response:
    """Parks a genuine message whose browser brought no cookie, and asks the LMS's page for the secret."""
    database, moment = db.session(), now()
    require_genuine(database, envelope, begun, key_sets(), attempt, moment)
    with writing(database):
        ticket = parking().park(database, form, moment)
    platform = attempt.platform
    if platform is None:
        raise errors.StateUnknown
    allow_framing(" ".join(origins_of(platform)))
    storage = _frame_facts(platform, begun)
    return make_response(render_template("launching/storage_launch.html", storage=storage, ticket=ticket))


@blueprint.post("/lti/launch/confirm")
@open_to(Door.LTI_MESSAGE)
def confirm() -> Response:
    """The secret that the LMS's page gave back, with the ticket of the message: the launch, at last."""
    attempt = begin_attempt()
    # Whoever has a ticket and a secret of their own must not sign somebody else's browser in with them.
    if not from_our_page():
        raise errors.StateNotBound("not sent by our own page")
    form = each_once(request.form, errors.MalformedResponse)
    database, moment = db.session(), now()
    with writing(database):
        parked = parking().take(database, form.get("ticket", ""), moment)
    envelope = open_envelope(parked)
    begun = login_states().open(envelope.state, moment)
    proof = BrowserProof(STORAGE, form.get("browser_secret", ""))
    return enter(verify(database, envelope, begun, proof, key_sets(), attempt, moment), attempt)


# The session of the form token needs a cookie, and where there is one nobody comes here: see from_our_page.
csrf.exempt(confirm)
