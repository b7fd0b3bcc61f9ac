"""What the worker does for proofs: seals the days that are over, and has the newest one time-stamped."""

import hashlib
import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.outbound import Outbound, OutboundFailed, OutboundRefused
from lms_plugin.proofs.days import Sealing, seal_due
from lms_plugin.proofs.lag import sealing_lag
from lms_plugin.proofs.tables import ProofDay
from lms_plugin.proofs.time_stamp_token import TimeStampWrong
from lms_plugin.proofs.time_stamping import time_stamp, trusted_roots
from lms_plugin.settings import Settings
from lms_plugin.storage import writing

log = logging.getLogger("coalizione.proofs")


class ProofJob:
    """Bears being run by several workers at once, and being killed half-way."""

    def __init__(self, settings: Settings) -> None:
        self.sealing = Sealing(settings.public_url, settings.secret_key)
        self.outbound = Outbound(settings.trusted_hosts)
        self.tsa_url = settings.tsa_url
        self.roots = trusted_roots(settings.tsa_roots)
        self._told: tuple[bool, bool] = (False, False)

    def run(self, sessions: sessionmaker[Session], now: datetime) -> None:
        """One round: every day that is over and not sealed yet; then a time stamp where one is wanted."""
        with sessions() as database:
            done = seal_due(database, self.sealing, now)
            if done:
                log.info("days sealed", extra={"facts": {"days": len(done), "newest": str(done[-1])}})
            if self.tsa_url:
                self._stamp_newest(database)
            self._tell(database, now)

    def _tell(self, database: Session, now: datetime) -> None:
        """Says once that sealing or stamping is behind, and once that it is not any more."""
        lag = sealing_lag(database, now, stamps=bool(self.tsa_url))
        database.rollback()
        late = (lag.is_sealing_overdue(now), lag.is_stamp_overdue(now))
        if late == self._told:
            return
        self._told = late
        if late[0]:
            log.error("days not sealed: %s, since %s (docs/proofs.md)", lag.unsealed, lag.over_since)
        if late[1]:
            log.error("no time stamp since %s: see the warnings before", lag.unstamped_since)
        if not any(late):
            log.info("sealing and time stamps are in time again")

    def _stamp_newest(self, database: Session) -> None:
        """One stamp is enough: the newest day's header holds, over the chain, all days before it."""
        newest = database.scalar(select(ProofDay).order_by(ProofDay.number.desc()).limit(1))
        database.rollback()  # the authority is asked with no transaction open
        if newest is None or newest.time_stamp is not None:
            return
        try:
            digest = hashlib.sha256(newest.header.encode()).digest()
            token = time_stamp(self.outbound, self.tsa_url, digest, self.roots)
        except (OutboundRefused, OutboundFailed, TimeStampWrong) as error:
            log.warning("no time stamp: %s; asked again at the next round", error)
            return
        with writing(database):
            database.get_one(ProofDay, newest.day).time_stamp = token
