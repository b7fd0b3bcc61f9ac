"""Has something sent again to another system, from the page of its record."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from lms_plugin.delivery.destinations import AGS
from lms_plugin.delivery.resending import requeue
from lms_plugin.extensions import db
from lms_plugin.lti.platform import Placement, ResourceLink
from lms_plugin.people.role import Role
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.secretariat.queries import RecordUnknown, find_record
from lms_plugin.secretariat.scope import scope_of
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.visit import current_visit

# Auditors look and change nothing.
RESENDING = (Role.SECRETARY, Role.ADMINISTRATOR, Role.LMS_ADMINISTRATOR)


def may_resend(visit: OpenVisit, at: datetime) -> Callable[[OutboxItem], bool]:
    """Whether this visitor may have a row sent again: what has stopped, or waits for its next try."""

    def may(item: OutboxItem) -> bool:
        stuck = item.status in {"dead", "not_wanted"} or (item.status == "waiting" and item.due_at > at)
        return visit.role in RESENDING and stuck and _in_reach(visit, item)

    return may


@blueprint.post("/records/<uuid:record_id>/deliveries/<uuid:item_id>/resend")
@visitors(*RESENDING)
def resend(record_id: UUID, item_id: UUID) -> Response:
    """Puts a delivery of the record back, due at once; 409 when there is nothing to send again."""
    visit = current_visit()
    find_record(db.session(), record_id, scope_of(visit))
    with writing(db.session()) as database:
        item = database.get(OutboxItem, item_id)
        if item is None or item.completion_id != record_id or not _in_reach(visit, item):
            raise RecordUnknown
        requeue(database, item_id, now(), waiting=True)
    return redirect(url_for("secretariat.record", record_id=record_id, resent=1) + "#invii", 303)


def _in_reach(visit: OpenVisit, item: OutboxItem) -> bool:
    """An LMS's administrator reaches only what goes to their own deployment."""
    if visit.role != Role.LMS_ADMINISTRATOR:
        return True
    behind = select(ResourceLink.deployment_id).join(Placement).where(Placement.id == item.lane)
    return item.target == AGS and db.session().scalar(behind) == visit.deployment_id
