"""The last step of a launch: uses the login up, and opens the visit or keeps why not."""

from datetime import datetime

from flask import Response, g
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.launching.at_once import open_at_once
from lms_plugin.launching.entering import first_page, open_visit
from lms_plugin.launching.reports import report_of
from lms_plugin.launching.stable_pages import find_targets
from lms_plugin.lti import errors
from lms_plugin.lti.deployments import park
from lms_plugin.lti.launch import STORAGE, Attempt, Launch, Verified, admit, use_up
from lms_plugin.storage import writing
from lms_plugin.web.clock import now
from lms_plugin.web.open_visit import OpenVisit


def enter(verified: Verified, attempt: Attempt) -> Response:
    """Uses the login up and opens the visit at once; also a message refused this late is used up."""
    database, moment = db.session(), now()
    try:
        launch = admit(database, verified, find_targets(), attempt)
    except errors.LtiRefusal as refusal:
        _refused_late(database, verified, attempt, refusal, moment)
        raise
    opened = open_at_once(database, verified, launch, attempt, moment)
    visit, secret = opened or _open_step_by_step(database, verified, launch, attempt, moment)
    return first_page(launch.target, visit, secret)


def _open_step_by_step(
    database: Session, verified: Verified, launch: Launch, attempt: Attempt, moment: datetime
) -> tuple[OpenVisit, str]:
    report = report_of(attempt)
    with writing(database):
        use_up(database, verified.login, report, moment)
        return open_visit(database, launch, moment, carried=attempt.binding == STORAGE)


def _refused_late(
    database: Session, verified: Verified, attempt: Attempt, refusal: errors.LtiRefusal, moment: datetime
) -> None:
    report = {**report_of(attempt), "detail": refusal.detail[:200]}
    with writing(database):
        use_up(database, verified.login, report, moment, refusal.code)
        if isinstance(refusal, errors.DeploymentPending):
            park(database, verified.known.platform, attempt.deployment_id or "", moment)
    g.launch_reported = True
