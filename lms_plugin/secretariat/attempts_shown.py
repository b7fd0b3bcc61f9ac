"""The attempts behind the record of an assessment, as its page shows them, and who may reopen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from course_content.programme import Programme
from lms_plugin.people.role import STAFF_ROLES, Role
from lms_plugin.people.staff import Staff
from lms_plugin.records.reopening import AssessmentUnknown, Attempts, attempts_of, find_assessment
from lms_plugin.secretariat.queries import Record
from lms_plugin.web.open_visit import OpenVisit

# Whether somebody gets another try is the secretariat's to say: not an LMS's, and auditors change nothing.
REOPENING = (Role.SECRETARY, Role.ADMINISTRATOR)
KINDS = frozenset({"assessment", "final_assessment"})


@dataclass(frozen=True, slots=True)
class Granted:
    """One attempt that was added: when, why, and by whom in words."""

    at: datetime
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class AttemptsShown:
    """`may_reopen` is whether this visitor can grant one more now; `number` which one it would be."""

    attempts: Attempts
    granted: tuple[Granted, ...]
    may_reopen: bool

    @property
    def number(self) -> int:
        """The number of the next one to grant."""
        return len(self.granted) + 1


def attempts_shown(
    database: Session, visit: OpenVisit, record: Record, programmes: Mapping[str, Programme]
) -> AttemptsShown | None:
    """The attempts of the person of this record; None when it is of something else, or no longer on offer."""
    if record.activity_kind not in KINDS or record.programme_id not in programmes:
        return None
    try:
        assessment = find_assessment(programmes[record.programme_id], record.activity_id)
    except AssessmentUnknown:
        return None
    attempts = attempts_of(database, record.learner_id, record.programme_id, assessment)
    granted = tuple(Granted(one.at, one.reason, _who(database, visit, one.by)) for one in attempts.reopenings)
    may = visit.role in REOPENING and attempts.used_up and not attempts.passed
    return AttemptsShown(attempts, granted, may)


def _who(database: Session, visit: OpenVisit, by: Mapping[str, str]) -> str:
    """Names of the staff are for the staff."""
    if visit.role not in STAFF_ROLES:
        return str(_("segreteria"))
    staff = database.get(Staff, UUID(by["staff"])) if "staff" in by else None
    return staff.email if staff else by.get("account", str(_("segreteria")))
