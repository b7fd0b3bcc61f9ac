"""What must work for us to do our work: one function a part, each answering a Finding."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.standing import State, all_targets, oldest_waiting, state_of
from lms_plugin.migration import DatabaseNotMigrated, require_migrated
from lms_plugin.proofs.lag import sealing_lag
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.settings import Settings
from webinar_connector.providers.bigbluebutton.client import api_base

SLOWEST_QUEUE = timedelta(minutes=5)
PROBE_TIMEOUT = (2, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it works, in what words, and whether the web must not be called without it."""

    part: str
    works: bool
    words: str
    essential: bool = False


def database(session: Session) -> Finding:
    """Whether the database answers."""
    try:
        session.execute(select(1))
    except SQLAlchemyError as error:
        return Finding("database", works=False, words=type(error).__name__, essential=True)
    return Finding("database", works=True, words="answers", essential=True)


def migrations(engine: Engine) -> Finding:
    """Whether the tables are at this version's revision."""
    try:
        require_migrated(engine)
    except (DatabaseNotMigrated, SQLAlchemyError) as error:
        return Finding("migrations", works=False, words=str(error), essential=True)
    return Finding("migrations", works=True, words="up to date", essential=True)


def queue(session: Session, now: datetime) -> Finding:
    """How long the oldest delivery has been due that no worker has looked at; is one running?

    What waits for an LMS that is down or suspended is no fault of ours.
    """
    unseen = (OutboxItem.status == "waiting", OutboxItem.destination.is_(None))
    oldest = session.scalar(select(func.min(OutboxItem.due_at)).where(*unseen))
    age = max(now - oldest, timedelta()) if oldest else timedelta()
    words = f"oldest delivery due for {int(age.total_seconds())} s"
    return Finding("queue", works=age <= SLOWEST_QUEUE, words=words)


def lrs_targets(session: Session, now: datetime) -> Finding:
    """Whether all other LRSs get our statements, as far as sending to them has told."""
    found = [state_of(one, oldest_waiting(session, one), now)[0] for one in all_targets(session)]
    if not found:
        return Finding("lrs_targets", works=True, words="none configured")
    well = sum(state is State.WELL for state in found)
    return Finding("lrs_targets", works=well == len(found), words=f"{well} of {len(found)} get everything")


def sealing(session: Session, settings: Settings, now: datetime) -> Finding:
    """Whether the days that are over are sealed, and time-stamped where an authority is asked for it."""
    lag = sealing_lag(session, now, stamps=bool(settings.tsa_url))
    words = f"{lag.unsealed} days not sealed since {lag.first}" if lag.unsealed else "every day is sealed"
    if lag.is_stamp_overdue(now):
        words += ", no time stamp for too long"
    late = lag.is_sealing_overdue(now) or lag.is_stamp_overdue(now)
    return Finding("sealing", works=not late, words=words)


def video_platform(settings: Settings) -> Finding:
    """Whether the video platform answers, if there is one."""
    if not settings.bbb_url:
        return Finding("video_platform", works=True, words="none configured")
    return _probe("video_platform", api_base(settings.bbb_url))


def _probe(part: str, url: str) -> Finding:
    try:
        with requests.get(url, timeout=PROBE_TIMEOUT, allow_redirects=False, stream=True) as answer:
            return Finding(part, works=answer.ok, words=f"HTTP {answer.status_code}")
    except requests.RequestException as error:
        return Finding(part, works=False, words=type(error).__name__)
