"""Refused launches as pages and as log lines; a line never holds claims beyond where from and which key."""

import logging

from flask import Response, g, make_response, render_template, request

from lms_plugin.launching.platform_origins import origins_of
from lms_plugin.lti.errors import LtiRefusal
from lms_plugin.lti.known import KnownLogin, KnownPlatform
from lms_plugin.lti.launch import Attempt
from lms_plugin.web.headers import allow_form_targets, allow_framing
from lms_plugin.web.problems import problem, sentence
from lms_plugin.web.request_log import request_id

log = logging.getLogger("coalizione.launching")


def begin_attempt() -> Attempt:
    """Keeps what becomes known of this request's launch, for the page and the log line if it is refused."""
    attempt = g.attempt = Attempt()
    return attempt


def refuse(refusal: LtiRefusal) -> Response:
    """The answer to a launch that we refuse."""
    attempt = g.get("attempt") or Attempt()
    log_refusal(refusal, attempt)
    if attempt.platform is not None:
        allow_framing(" ".join(origins_of(attempt.platform)))
    else:
        # An LMS that we do not know shows this page in its frame; there is nothing to click on it.
        allow_framing("*")
    if refusal.code == "state_not_bound" and attempt.login is not None:
        return new_window_page(attempt.login, refusal.status)
    if refusal.code == "deployment_pending" and attempt.platform is not None and not _wants_json():
        return pending_page(attempt.platform, attempt.deployment_id or "", refusal.status)
    return problem(refusal.code, refusal.status)


def log_refusal(refusal: LtiRefusal, attempt: Attempt) -> None:
    """One line; `detail` names a parameter or claim at most."""
    facts = {
        "code": refusal.code,
        "detail": refusal.detail,
        "issuer": attempt.issuer,
        "client_id": attempt.client_id,
        "deployment": attempt.deployment_id,
        "kid": attempt.kid,
    }
    log.warning("launch refused", extra={"facts": facts})


def new_window_page(login: KnownLogin, status: int) -> Response:
    """A button that begins the same login again in a window of its own, where cookies are first-party."""
    platform = login.platform
    allow_framing(" ".join(origins_of(platform)))
    # The form ends at the LMS, by way of redirects through hosts that we cannot know (its single sign-on).
    allow_form_targets(" ".join((*origins_of(platform), "https:")))
    fields = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": login.login_hint,
        "target_link_uri": login.target_link_uri,
        "lti_message_hint": login.message_hint,
        "lti_deployment_id": login.deployment_hint,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    page = render_template(
        "launching/new_window.html",
        fields=given,
        code="state_not_bound" if status >= 400 else "",  # noqa: PLR2004 - the first status that is an error
        request_id=request_id(),
    )
    return make_response(page, status)


def pending_page(platform: KnownPlatform, deployment_id: str, status: int) -> Response:
    """What an administrator must do to let a new deployment in."""
    page = render_template(
        "launching/pending.html",
        platform=platform,
        deployment_id=deployment_id,
        sentence=sentence("deployment_pending"),
        request_id=request_id(),
    )
    return make_response(page, status)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
