"""Refused launches as pages and as log lines; a line never holds claims beyond where from and which key."""

import logging
from collections.abc import Mapping

from flask import Response, g, make_response, render_template, request

from lms_plugin.extensions import db
from lms_plugin.launching.reports import keep_refusal
from lms_plugin.lti.errors import LtiRefusal
from lms_plugin.lti.known import KnownPlatform
from lms_plugin.lti.launch import Attempt
from lms_plugin.lti.origins import origins_of
from lms_plugin.lti.returning import own_return_url, with_parameters
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
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
    if not g.get("launch_reported"):
        keep_refusal(db.session(), refusal, attempt, now())
    if attempt.platform is not None:
        allow_framing(" ".join(origins_of(attempt.platform)))
    else:
        # An LMS that we do not know shows this page in its frame; there is nothing to click on it.
        allow_framing("*")
    if refusal.code == "deployment_pending" and attempt.platform is not None and not _wants_json():
        return pending_page(attempt.platform, attempt.deployment_id or "", refusal.status)
    return problem(refusal.code, refusal.status, _way_back(refusal, attempt))


def _way_back(refusal: LtiRefusal, attempt: Attempt) -> str:
    """The LMS's own address, told what went wrong; empty unless the message was verified."""
    if attempt.platform is None:
        return ""
    url = own_return_url(attempt.return_url, origins_of(attempt.platform), settings().trusted_hosts)
    errorlog = f"{refusal.code} {request_id()}"
    return with_parameters(url, lti_errormsg=sentence(refusal.code), lti_errorlog=errorlog)


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


def new_window_page(platform: KnownPlatform, initiation: Mapping[str, str]) -> Response:
    """A button that begins the same login again in a window of its own, where cookies are first-party."""
    allow_new_window(platform)
    return make_response(render_template("launching/new_window.html", fields=initiation))


def allow_new_window(platform: KnownPlatform) -> None:
    """Lets the LMS frame this page, and the page's form begin a login in a new window."""
    allow_framing(" ".join(origins_of(platform)))
    # The form ends at the LMS, by way of redirects through hosts that we cannot know (its single sign-on).
    allow_form_targets(" ".join((*origins_of(platform), "https:")))


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
