"""What the worker does for webinars every few seconds: look into the rooms, settle what is over."""

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from course_content.loader import load_programmes
from lms_plugin.lti.origin_of_placement import describe_placement
from lms_plugin.migration import require_migrated
from lms_plugin.records.recorder import Recorder
from lms_plugin.settings import Settings
from lms_plugin.storage import make_engine, session_factory
from lms_plugin.webinars.room import make_provider
from lms_plugin.webinars.settling import settle_due
from lms_plugin.webinars.watch import look_into_rooms


class WebinarJob:
    """Bears being run by several workers at once: every fact has a key, every row is locked."""

    def __init__(self, settings: Settings) -> None:
        self.programmes = load_programmes(settings.programmes)
        self.recorder = Recorder(self.programmes, settings.public_url, describe_placement)
        self.provider = make_provider(settings) if settings.bbb_url and settings.bbb_secret else None

    def run(self, sessions: sessionmaker[Session], now: datetime) -> None:
        """One round."""
        if self.provider is not None:
            look_into_rooms(sessions, self.recorder, self.provider, now)
        settle_due(sessions, self.recorder, self.programmes, now)


def catch_up(settings: Settings, now: datetime) -> None:
    """One round on a database of its own, for the command line."""
    engine = make_engine(settings.database_url)
    try:
        require_migrated(engine)
        WebinarJob(settings).run(session_factory(engine), now)
    finally:
        engine.dispose()
