"""The connector's Store on our database: every method is durable when it returns."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.storage import writing
from lms_plugin.webinars.booking import WebinarBooking
from webinar_connector.schedule import qualified_id
from webinar_connector.webinars import BookedWebinar


class DatabaseStore:
    """Bookings of all programmes; a cancelled one keeps its row, because sittings may hang on it."""

    def __init__(self, database: Session) -> None:
        self.database = database

    def booked(self) -> tuple[BookedWebinar, ...]:
        """Every booking that holds."""
        rows = self.database.scalars(select(WebinarBooking).where(WebinarBooking.status == "booked"))
        return tuple(_as_booked(row) for row in rows)

    def intend(self, webinar_id: str, step: str, now: datetime) -> None:
        """Notes that a call is about to be made."""
        with writing(self.database):
            row = self._row(webinar_id) or self._new_row(webinar_id, now)
            row.intent = step

    def intents(self) -> Mapping[str, str]:
        """Webinar id to step, for calls whose outcome was never noted."""
        rows = self.database.scalars(select(WebinarBooking).where(WebinarBooking.intent != ""))
        return {qualified_id(row.programme_id, row.webinar_id): row.intent for row in rows}

    def save(self, booked: BookedWebinar) -> None:
        """Keeps a booking and closes its intent."""
        with writing(self.database):
            row = self._row(booked.id) or self._new_row(booked.id, booked.booked_at)
            row.provider, row.external_id = booked.provider, booked.external_id
            row.fingerprint, row.booked_at = booked.fingerprint, booked.booked_at
            row.status, row.intent = "booked", ""

    def remove(self, webinar_id: str) -> None:
        """Forgets a booking and closes its intent."""
        self._close(webinar_id, "cancelled")

    def abandon(self, webinar_id: str) -> None:
        """Closes an intent that came to nothing."""
        self._close(webinar_id, None)

    def _close(self, webinar_id: str, status: str | None) -> None:
        with writing(self.database):
            row = self._row(webinar_id)
            if row is not None:
                row.intent = ""
                row.status = status or row.status

    def _row(self, webinar_id: str) -> WebinarBooking | None:
        programme_id, _, own_id = webinar_id.partition(".")
        wanted = (WebinarBooking.programme_id == programme_id, WebinarBooking.webinar_id == own_id)
        return self.database.scalar(select(WebinarBooking).where(*wanted))

    def _new_row(self, webinar_id: str, now: datetime) -> WebinarBooking:
        programme_id, _, own_id = webinar_id.partition(".")
        row = WebinarBooking(
            programme_id=programme_id,
            webinar_id=own_id,
            provider="",
            external_id="",
            fingerprint="",
            status="intended",
            booked_at=now,
        )
        self.database.add(row)
        return row


def _as_booked(row: WebinarBooking) -> BookedWebinar:
    name = qualified_id(row.programme_id, row.webinar_id)
    return BookedWebinar(name, row.provider, row.external_id, row.fingerprint, row.booked_at)
