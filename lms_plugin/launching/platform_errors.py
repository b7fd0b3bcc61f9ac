"""What an LMS answers instead of a launch (OIDC Core §3.1.2.6), said politely."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask import Response, make_response, render_template
from sqlalchemy.orm import Session

from lms_plugin.launching.platform_origins import origins_of
from lms_plugin.launching.refusals import log_refusal
from lms_plugin.lti.envelope import LONGEST_STATE
from lms_plugin.lti.errors import LtiRefusal
from lms_plugin.lti.launch import Attempt, find_login
from lms_plugin.web.headers import allow_framing
from lms_plugin.web.problems import sentence
from lms_plugin.web.request_log import request_id

ERROR_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}")
LONGEST_DESCRIPTION = 300


class PlatformError(LtiRefusal):
    """The LMS refused the authentication request."""

    code = "platform_error"


def platform_error_page(
    database: Session, form: Mapping[str, str], attempt: Attempt, now: datetime
) -> Response:
    """The page; the LMS's own words stand on it only when they answer a login of ours."""
    name = form["error"] if ERROR_NAME.fullmatch(form["error"]) else ""
    words = ""
    if _is_ours(database, form.get("state", ""), attempt, now):
        words = form.get("error_description", "")[:LONGEST_DESCRIPTION]
    log_refusal(PlatformError(name), attempt)
    page = render_template(
        "launching/platform_error.html",
        name=name,
        words=words,
        sentence=sentence(PlatformError.code),
        request_id=request_id(),
    )
    allow_framing(" ".join(origins_of(attempt.platform)) if attempt.platform else "*")
    return make_response(page, PlatformError.status)


def _is_ours(database: Session, state: str, attempt: Attempt, now: datetime) -> bool:
    if not 0 < len(state) <= LONGEST_STATE:
        return False
    try:
        attempt.is_from(find_login(database, state, now).platform)
    except LtiRefusal:
        return False
    return True
