"""Who has used all attempts up, and one attempt more for them: on the page of an attempt's record.

Only the secretariat grants it. An LMS's administrator and an auditor read that it was granted; a trainer or a
learner has no such page.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import STAFF_ROLES
from lms_plugin.records.completion import Completion
from lms_plugin.records.reopening import ReasonWrong, UsedUp, Wish, all_used_up, reopen
from lms_plugin.secretariat import words
from lms_plugin.secretariat.activities import Names
from lms_plugin.secretariat.attempts_shown import KINDS, REOPENING
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.secretariat.queries import RecordUnknown, find_record
from lms_plugin.secretariat.record_pages import show_record
from lms_plugin.secretariat.scope import scope_of
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programmes, recorder
from lms_plugin.web.visit import current_visit
from lms_plugin.web.visit_urls import chosen_language


@blueprint.get("/attempts")
@visitors(*STAFF_ROLES)
def attempts() -> str:
    """Everybody who has used all attempts up and passed none."""
    database = db.session()
    waiting = [_waiting(database, one) for one in all_used_up(database, programmes())]
    names = Names(programmes(), chosen_language())
    return render_template("secretariat/attempts.html", waiting=waiting, names=names, words=words)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who can be granted an attempt, with the record of their last one."""

    learner: Learner
    about: UsedUp
    record_id: UUID | None
    best: int | None


def _waiting(database: Session, about: UsedUp) -> Waiting:
    mine = (
        Completion.learner_id == about.learner_id,
        Completion.programme_id == about.programme_id,
        Completion.activity_id == about.assessment.id,
    )
    rows = database.execute(
        select(Completion.id, Completion.score_percent).where(*mine).order_by(Completion.completed_at.desc())
    ).all()
    best = max((row.score_percent for row in rows if row.score_percent is not None), default=None)
    return Waiting(database.get_one(Learner, about.learner_id), about, rows[0].id if rows else None, best)


@blueprint.post("/records/<uuid:record_id>/reopen")
@visitors(*REOPENING)
def reopen_attempts(record_id: UUID) -> ResponseReturnValue:
    """Grants one attempt more at the assessment of this record; 409 where none is needed.

    The form names which reopening it would be, so that sending it twice grants one.
    """
    found = find_record(db.session(), record_id, scope_of(current_visit()))
    if found.activity_kind not in KINDS or found.programme_id not in programmes():
        raise RecordUnknown
    reason, visit = request.form.get("reason", ""), current_visit()
    by = {"role": str(visit.role), "staff": str(visit.staff_id)}
    number = request.form.get("number", type=int)
    wish = Wish(found.learner_id, found.activity_id, reason, by, number)
    try:
        with writing(db.session()) as database:
            granted = reopen(database, recorder(), found.programme_id, wish, now())
    except ReasonWrong:
        return show_record(found, reason=reason, reason_wrong=True), 422
    said = "granted" if granted else "before"
    return redirect(url_for("secretariat.record", record_id=record_id, reopened=said) + "#tentativi", 303)
