"""Presence events of a provider become evidence of the people they name."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.recorder import Recorder
from lms_plugin.webinars import tickets
from lms_plugin.webinars.booking import WebinarBooking, WebinarSitting
from lms_plugin.webinars.sittings import close
from lms_plugin.webinars.tickets import Bearer
from webinar_connector.webinars import PresenceEvent

log = logging.getLogger("coalizione.webinars")
KIND_OF = {"joined": Kind.WEBINAR_JOINED, "left": Kind.WEBINAR_LEFT}


def take_in(database: Session, recorder: Recorder, events: Sequence[PresenceEvent], now: datetime) -> int:
    """Appends what is new of these events, inside `writing`; returns how many named a person we let in."""
    taken = 0
    for sitting in _sittings_of(database, events):
        own = [event for event in events if _is_about(event, sitting)]
        people = tickets.bearers(database, [sitting.id])
        facts = [fact for event in own if (fact := _fact(event, sitting, people)) is not None]
        recorder.record(database, facts, now)
        taken += len(facts)
        for end in (event.at for event in own if event.kind == "ended"):
            close(sitting, end, now)
        if facts:
            sitting.unsettled_since = sitting.unsettled_since or now
    return taken


def _sittings_of(database: Session, events: Iterable[PresenceEvent]) -> list[WebinarSitting]:
    meetings = {event.meeting_id for event in events}
    # Locked, so that two messages about one sitting are taken in one after the other.
    found = select(WebinarSitting).where(WebinarSitting.meeting_id.in_(meetings)).with_for_update()
    return list(database.scalars(found.order_by(WebinarSitting.opened_at)))


def _is_about(event: PresenceEvent, sitting: WebinarSitting) -> bool:
    if event.meeting_id != sitting.meeting_id:
        return False
    # An end notice without an internal id speaks of whatever was open.
    return event.internal_id == sitting.internal_id or (not event.internal_id and sitting.ended_at is None)


def _fact(event: PresenceEvent, sitting: WebinarSitting, people: dict[UUID, Bearer]) -> Fact | None:
    kind = KIND_OF.get(event.kind)
    bearer = people.get(_uuid(event.person_id)) if kind else None
    if kind is None or bearer is None:
        if kind is not None:
            log.warning("presence of a stranger", extra={"facts": {"sitting": sitting.internal_id}})
        return None
    booked: WebinarBooking = sitting.booking
    return Fact(
        learner_id=bearer.learner_id,
        key=f"presence:{event.key}",
        kind=kind,
        programme_id=booked.programme_id,
        activity_id=booked.webinar_id,
        source="webinar provider",
        payload={
            "sitting": sitting.internal_id,
            "connection": event.connection,
            "role": bearer.role,
            "told_by": event.source,
        },
        occurred_at=event.at,
        placement_id=bearer.placement_id,
    )


def _uuid(person_id: str) -> UUID:
    try:
        return UUID(person_id)
    except ValueError:
        return UUID(int=0)


def evidence_of(database: Session, booked: WebinarBooking) -> list[Evidence]:
    """Every join and leave of a webinar, in all its sittings."""
    about = (Evidence.programme_id == booked.programme_id, Evidence.activity_id == booked.webinar_id)
    return list(database.scalars(select(Evidence).where(*about, Evidence.kind.in_(KIND_OF.values()))))
