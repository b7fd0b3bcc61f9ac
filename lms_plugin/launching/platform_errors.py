"""What an LMS answers instead of a launch (OIDC Core §3.1.2.6), said politely."""

import re
from collections.abc import Mapping

from flask import Response, make_response, render_template

from lms_plugin.extensions import db
from lms_plugin.launching.refusals import log_refusal
from lms_plugin.launching.reports import keep_refusal
from lms_plugin.lti.errors import LtiRefusal
from lms_plugin.lti.launch import Attempt
from lms_plugin.lti.login_state import Login
from lms_plugin.lti.origins import origins_of
from lms_plugin.web.clock import now
from lms_plugin.web.headers import allow_framing
from lms_plugin.web.problems import sentence
from lms_plugin.web.request_log import request_id

ERROR_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}")
LONGEST_DESCRIPTION = 300


class PlatformError(LtiRefusal):
    """The LMS refused the authentication request."""

    code = "platform_error"


def platform_error_page(form: Mapping[str, str], login: Login | None, attempt: Attempt) -> Response:
    """The page; the LMS's own words stand on it only when they answer a login of ours."""
    name = form["error"] if ERROR_NAME.fullmatch(form["error"]) else ""
    words = form.get("error_description", "")[:LONGEST_DESCRIPTION] if login else ""
    refusal = PlatformError(name)
    log_refusal(refusal, attempt)
    keep_refusal(db.session(), refusal, attempt, now())
    page = render_template(
        "launching/platform_error.html",
        name=name,
        words=words,
        sentence=sentence(PlatformError.code),
        request_id=request_id(),
    )
    allow_framing(" ".join(origins_of(attempt.platform)) if attempt.platform else "*")
    return make_response(page, PlatformError.status)
