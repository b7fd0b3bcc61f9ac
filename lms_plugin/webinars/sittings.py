"""The sittings of a webinar: found, opened, and closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.webinars.booking import WebinarBooking, WebinarSitting
from webinar_connector.schedule import qualified_id
from webinar_connector.webinars import Sitting


class WebinarNotBooked(Refusal):
    """Nobody has run `coalizione webinars apply` for this webinar."""

    code = "webinar_not_booked"
    status = 409


class WebinarNotOpen(Refusal):
    """The trainer has not opened the room, or it is over."""

    code = "webinar_not_open"
    status = 409


def booking(database: Session, programme_id: str, webinar_id: str) -> WebinarBooking | None:
    """What is booked for a webinar, if anything is."""
    wanted = (WebinarBooking.programme_id == programme_id, WebinarBooking.webinar_id == webinar_id)
    return database.scalar(select(WebinarBooking).where(*wanted, WebinarBooking.status == "booked"))


def sittings(database: Session, booked: WebinarBooking) -> list[WebinarSitting]:
    """Every sitting, the oldest first."""
    held = select(WebinarSitting).where(WebinarSitting.booking_id == booked.id)
    return list(database.scalars(held.order_by(WebinarSitting.opened_at)))


def locked_sittings(database: Session, booked: WebinarBooking) -> list[WebinarSitting]:
    """The same, kept from others until the end of the transaction."""
    held = select(WebinarSitting).where(WebinarSitting.booking_id == booked.id).with_for_update()
    return list(database.scalars(held.order_by(WebinarSitting.opened_at)))


def open_sitting(database: Session, booked: WebinarBooking | None) -> WebinarSitting | None:
    """The sitting that is going on, if one is."""
    if booked is None:
        return None
    going_on = [sitting for sitting in sittings(database, booked) if sitting.ended_at is None]
    return going_on[-1] if going_on else None


def remember(database: Session, booked: WebinarBooking, opened: Sitting) -> WebinarSitting:
    """The row of a sitting that the provider has opened; asking again finds the same row."""
    database.get(WebinarBooking, booked.id, with_for_update=True)  # two trainers may press the button at once
    known = database.scalar(select(WebinarSitting).where(WebinarSitting.internal_id == opened.internal_id))
    if known is not None:
        return known
    sitting = WebinarSitting(
        booking_id=booked.id,
        meeting_id=opened.meeting_id,
        internal_id=opened.internal_id,
        opened_at=opened.opened_at,
        polled_inside=[],
    )
    database.add(sitting)
    return sitting


def close(sitting: WebinarSitting, at: datetime, now: datetime) -> None:
    """Notes the end; the earliest of several accounts of it holds."""
    sitting.ended_at = min(at, sitting.ended_at) if sitting.ended_at is not None else at
    sitting.unsettled_since = sitting.unsettled_since or now


def as_known(sitting: WebinarSitting) -> Sitting:
    """The sitting in the connector's words."""
    booked = sitting.booking
    return Sitting(
        qualified_id(booked.programme_id, booked.webinar_id),
        sitting.meeting_id,
        sitting.internal_id,
        sitting.opened_at,
        sitting.ended_at,
    )


def forget_name(database: Session, learner_id: UUID) -> None:
    """Keeps no name of a learner among those seen in a webinar; inside the caller's `writing`."""
    for sitting in database.scalars(select(WebinarSitting).with_for_update()):
        inside = [
            [person, "" if person == str(learner_id) else name, *rest]
            for person, name, *rest in sitting.polled_inside
        ]
        if inside != sitting.polled_inside:
            sitting.polled_inside = inside
