"""What the worker does for rosters: reads those that are due, one after the other, and forgets the gone."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.lti.platform import Deployment, LtiContext
from lms_plugin.outbound import Outbound
from lms_plugin.rosters.claiming import next_due, note_courses
from lms_plugin.rosters.keeping import forget_the_gone
from lms_plugin.rosters.syncing import Outcome, RosterReader
from lms_plugin.settings import Settings
from lms_plugin.storage import writing

log = logging.getLogger("coalizione.rosters")


class RosterJob:
    """Bears being run by several workers at once: each course is claimed by one of them."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.outbound = Outbound(settings.trusted_hosts)
        self.secret_key = settings.secret_key
        self.clock = clock
        self.kept = timedelta(days=settings.roster_days_kept)

    def run(self, sessions: sessionmaker[Session], now: datetime) -> None:
        """One round: every due roster; a platform that does not answer is left alone until the next round."""
        reader = RosterReader(self.outbound, self.secret_key, sessions, self.clock)
        with sessions() as database:
            note_courses(database, now)
        tired: set[UUID] = set()
        while (due := _next(sessions, now, tired)) is not None:
            context_id, platform_id = due
            if not _answered(reader, context_id):
                tired.add(platform_id)

    def forget(self, sessions: sessionmaker[Session], now: datetime) -> None:
        """Erases the people who left long ago."""
        with sessions() as database, writing(database):
            forget_the_gone(database, now, self.kept)


def _next(sessions: sessionmaker[Session], now: datetime, tired: set[UUID]) -> tuple[UUID, UUID] | None:
    with sessions() as database:
        context_id = next_due(database, now, tired)
        if context_id is None:
            return None
        context = database.get_one(LtiContext, context_id)
        return context_id, database.get_one(Deployment, context.deployment_id).platform_id


def _answered(reader: RosterReader, context_id: UUID) -> bool:
    try:
        sync = reader.sync(context_id, only_if_due=True)
    except Exception:  # whatever was not foreseen must not keep the other courses from being read
        log.exception("reading the roster of course %s failed", context_id)
        return False
    return sync is not None and sync.outcome != Outcome.UNAVAILABLE
