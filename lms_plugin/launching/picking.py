"""A deep linking request on its way: kept for its visit, found again, answered once."""

import json
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.launching.picking_table import PickingRequest
from lms_plugin.lti.deep_linking import Recipient
from lms_plugin.lti.launch import Launch
from lms_plugin.web.open_visit import OpenVisit

LIFETIME = timedelta(hours=2)


class PickingUnknown(Refusal):
    """This visit was not opened by a deep linking request."""

    code = "picking_unknown"
    status = 404


class PickingExpired(Refusal):
    """The request waited too long for its answer."""

    code = "picking_expired"
    status = 410


class PickingAnswered(Refusal):
    """The request was answered already."""

    code = "picking_answered"
    status = 409


def purpose() -> str:
    """Gives every request a visit of its own, so that two pickers in two tabs do not meet."""
    return f"picking {uuid4()}"


def remember_request(database: Session, visit: OpenVisit, launch: Launch, now: datetime) -> None:
    """Keeps what the LMS asked for; call inside `writing`."""
    asked = launch.message.deep_linking
    if asked is None:
        raise ValueError("not a deep linking request")
    database.add(
        PickingRequest(
            visit_id=visit.id,
            return_url=asked.return_url,
            takes_links=asked.takes_links,
            targets=list(asked.targets),
            accept_multiple=asked.accept_multiple,
            accept_line_item=asked.accept_line_item,
            title=asked.title,
            text=asked.text,
            data=None if asked.data is None else json.dumps(asked.data),
            product_family=launch.message.product_family,
            offers_records=launch.reads_records,
            expires_at=now + LIFETIME,
        )
    )


def open_request(database: Session, visit: OpenVisit, now: datetime) -> PickingRequest:
    """The request of this visit; raises PickingUnknown, PickingAnswered, PickingExpired."""
    found = database.scalar(select(PickingRequest).where(PickingRequest.visit_id == visit.id))
    if found is None:
        raise PickingUnknown
    if found.answered_at is not None:
        raise PickingAnswered
    if now >= found.expires_at:
        raise PickingExpired
    return found


def use_up(database: Session, request_id: UUID, now: datetime) -> None:
    """Of any number of answers sent at once one gets through; call inside `writing`.

    Raises PickingAnswered.
    """
    waiting = (PickingRequest.id == request_id, PickingRequest.answered_at.is_(None))
    used = database.execute(update(PickingRequest).where(*waiting).values(answered_at=now))
    if cast("CursorResult[None]", used).rowcount != 1:
        raise PickingAnswered


def recipient(request: PickingRequest) -> Recipient:
    """Whom the answer is for."""
    deployment = request.visit.deployment
    if deployment is None:
        raise PickingUnknown("a visit without deployment")
    platform = deployment.platform
    return Recipient(platform.issuer, platform.client_id, deployment.deployment_id)


def opaque_data(request: PickingRequest) -> str | None:
    """The LMS's `data`, character by character."""
    return None if request.data is None else cast("str", json.loads(request.data))
