"""How far sealing is behind: which days are over and not sealed, and since when no time stamp came."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.proofs.days import begin_of
from lms_plugin.proofs.sealed_records import first_instant
from lms_plugin.proofs.tables import ProofDay

# A day is usually sealed half an hour after its end; a stamp comes at once.
OVERDUE_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Lag:
    """`unsealed` days are over, the oldest of them `first`, since `over_since`; `newest` is sealed.

    `unstamped_since` is when the first day was sealed that no time stamp covers, where stamps are wanted.
    """

    newest: date | None
    unsealed: int
    first: date | None
    over_since: datetime | None
    unstamped_since: datetime | None

    def is_sealing_overdue(self, now: datetime) -> bool:
        """Whether somebody should look why nothing is sealed."""
        return self.over_since is not None and now - self.over_since >= OVERDUE_AFTER

    def is_stamp_overdue(self, now: datetime) -> bool:
        """The same of time stamps."""
        return self.unstamped_since is not None and now - self.unstamped_since >= OVERDUE_AFTER


def sealing_lag(database: Session, now: datetime, *, stamps: bool) -> Lag:
    """How far it is behind now; `stamps` when an authority is asked for them."""
    newest = database.scalar(select(func.max(ProofDay.day)))
    beginning = None if newest else first_instant(database)
    first = newest + timedelta(days=1) if newest else beginning.date() if beginning else None
    unsealed = max(0, (now.astimezone(UTC).date() - first).days) if first else 0
    unstamped = _unstamped_since(database) if stamps else None
    if first is None or not unsealed:
        return Lag(newest, 0, None, None, unstamped)
    return Lag(newest, unsealed, first, begin_of(first + timedelta(days=1)), unstamped)


def _unstamped_since(database: Session) -> datetime | None:
    """A stamp holds all days before its own."""
    stamped = select(func.max(ProofDay.number)).where(ProofDay.time_stamp.is_not(None))
    after = func.coalesce(stamped.scalar_subquery(), 0)
    return database.scalar(select(func.min(ProofDay.sealed_at)).where(ProofDay.number > after))
