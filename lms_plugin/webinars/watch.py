"""Looks into the open rooms now and then: the safety net when the platform's messages do not arrive."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.records.recorder import Recorder
from lms_plugin.storage import writing
from lms_plugin.webinars.booking import WebinarSitting
from lms_plugin.webinars.presence import take_in
from lms_plugin.webinars.sittings import as_known, close
from webinar_connector.presence import poll_events
from webinar_connector.providers.errors import ProviderError
from webinar_connector.providers.interface import Provider
from webinar_connector.webinars import Inside

log = logging.getLogger("coalizione.webinars")
PERIOD = timedelta(seconds=30)
# A room that is empty for so long is over, even if nobody told us so.
EMPTY_UNTIL_OVER = timedelta(minutes=15)


def look_into_rooms(
    sessions: sessionmaker[Session], recorder: Recorder, provider: Provider, now: datetime
) -> int:
    """One look into each room whose last look is old; returns how many rooms were seen."""
    seen = 0
    for sitting_id in _due(sessions, now):
        with sessions() as database:
            known = as_known(database.get_one(WebinarSitting, sitting_id))
        try:
            inside = provider.presence(known)
        except ProviderError as error:
            log.warning("a room could not be looked into", extra={"facts": {"code": error.code}})
            continue
        with sessions() as database, writing(database):
            _note(database, recorder, sitting_id, inside, now)
        seen += 1
    return seen


def _due(sessions: sessionmaker[Session], now: datetime) -> list[UUID]:
    old = or_(WebinarSitting.polled_at.is_(None), WebinarSitting.polled_at <= now - PERIOD)
    with sessions() as database:
        return list(database.scalars(select(WebinarSitting.id).where(WebinarSitting.ended_at.is_(None), old)))


def _note(
    database: Session, recorder: Recorder, sitting_id: UUID, inside: tuple[Inside, ...], now: datetime
) -> None:
    sitting = database.get_one(WebinarSitting, sitting_id, with_for_update=True)
    last_look = sitting.polled_at or sitting.opened_at
    before = [Inside(person, name, "moderator" if role == "moderator" else "viewer", connection)
              for person, name, role, connection in sitting.polled_inside]  # fmt: skip
    take_in(database, recorder, poll_events(as_known(sitting), (last_look, before), (now, inside)), now)
    if inside or before:
        sitting.polled_at = now
        sitting.polled_inside = [[one.person_id, one.name, one.role, one.connection] for one in inside]
    elif now - last_look >= EMPTY_UNTIL_OVER:
        close(sitting, last_look, now)
