"""Keeps what became of launches for the administrators; a flood of wrong ones fills no table."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask.sansio.app import App
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms_plugin.launching.browser_binding import in_a_frame
from lms_plugin.lti.errors import LtiRefusal
from lms_plugin.lti.launch import Attempt
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.storage import writing
from lms_plugin.web.request_log import request_id

log = logging.getLogger("coalizione.launching")
ALLOWANCE = "refused_launches"
PER_SECOND, AT_ONCE = 2.0, 60.0


@dataclass(slots=True)
class Allowance:
    """How many refusals this process may still keep: refilled by the second, up to a burst."""

    left: float = AT_ONCE
    filled_at: float = 0.0

    def take(self, seconds: float) -> bool:
        """Whether one more may be kept at this moment of a monotonic clock."""
        self.left = min(AT_ONCE, self.left + max(0.0, seconds - self.filled_at) * PER_SECOND)
        self.filled_at = seconds
        if self.left < 1:
            return False
        self.left -= 1
        return True


def install_allowance(app: App) -> None:
    """One for the application."""
    app.extensions[ALLOWANCE] = Allowance()


def report_of(attempt: Attempt) -> Mapping[str, Any]:
    """The columns of the report on this request's launch."""
    return {**attempt.reported(), "framed": in_a_frame(), "request_id": request_id()}


def keep_refusal(database: Session, refusal: LtiRefusal, attempt: Attempt, now: datetime) -> None:
    """Keeps a refusal that used no login up; a database in trouble does not hide the refusal itself."""
    if not current_app.extensions[ALLOWANCE].take(time.monotonic()):
        return
    report = LaunchReport(**report_of(attempt), at=now, code=refusal.code, detail=refusal.detail[:200])
    try:
        with writing(database):
            database.add(report)
    except SQLAlchemyError as error:
        log.warning("a refused launch was not kept: %s", type(error).__name__)
