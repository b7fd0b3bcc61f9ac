"""What the worker does for proofs: seals the days that are over."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.proofs.days import Sealing, seal_due
from lms_plugin.settings import Settings

log = logging.getLogger("coalizione.proofs")


class ProofJob:
    """Bears being run by several workers at once, and being killed half-way."""

    def __init__(self, settings: Settings) -> None:
        self.sealing = Sealing(settings.public_url, settings.secret_key)

    def run(self, sessions: sessionmaker[Session], now: datetime) -> None:
        """One round: every day that is over and not sealed yet."""
        with sessions() as database:
            done = seal_due(database, self.sealing, now)
        if done:
            log.info("days sealed", extra={"facts": {"days": len(done), "newest": str(done[-1])}})
