"""Reads one roster: claim, ask the LMS with no transaction open, write down what came."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.retry_after import retry_after
from lms_plugin.lti.access_tokens import AccessTokenRefused, AccessTokenUnavailable
from lms_plugin.lti.nrps import (
    MEMBERSHIP_SCOPE,
    PATIENCE_SECONDS,
    Roster,
    RosterBroken,
    RosterUnavailable,
    read_roster,
)
from lms_plugin.lti.reading import clean
from lms_plugin.lti.role_overrides import Overrides, overrides_for
from lms_plugin.lti.roles import USUAL
from lms_plugin.lti.service_call import ServiceCalls, ServiceRefused
from lms_plugin.outbound import Outbound
from lms_plugin.rosters.claiming import Claimed, claim
from lms_plugin.rosters.keeping import keep_roster
from lms_plugin.rosters.schedule import after_failure, next_night
from lms_plugin.rosters.tables import CourseRoster, RosterSync
from lms_plugin.storage import writing

log = logging.getLogger("coalizione.rosters")
LONGEST_TOLD = 2000
TRY_AGAIN = frozenset({408, 425, 429})


class Outcome(StrEnum):
    """`refused` waits for a person, `unavailable` passes, `broken` means an answer that is no roster."""

    DONE = "done"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of asking the LMS."""

    outcome: Outcome
    roster: Roster = field(default_factory=Roster)
    meanings: Overrides = field(default_factory=lambda: USUAL)
    http_status: int | None = None
    answer: str = ""
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RosterReader:
    """Reads rosters with the means of this installation."""

    outbound: Outbound
    secret_key: str
    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    patience: float = PATIENCE_SECONDS

    def sync(self, context_id: UUID, *, only_if_due: bool = False) -> RosterSync | None:
        """Reads one course's roster and keeps it; None when another process has it or was quicker."""
        now = self.clock()
        with self.sessions() as database, writing(database):
            claimed = claim(database, context_id, now, only_if_due=only_if_due)
        if claimed is None:
            return None
        reading = self._read(claimed, now)
        with self.sessions() as database, writing(database):
            kept = _keep(database, claimed, reading, now, self.clock())
        facts = {"context": str(context_id), "outcome": reading.outcome, "status": reading.http_status}
        log.info("roster read", extra={"facts": facts | {"members": len(reading.roster.members)}})
        return kept

    def _read(self, claimed: Claimed, now: datetime) -> Reading:
        calls = ServiceCalls(self.outbound, self.secret_key, self.sessions)
        try:
            roster = calls.call(claimed.platform, [MEMBERSHIP_SCOPE], self._asking(claimed), now)
        except AccessTokenRefused as refused:
            return _refusal(refused.status, f"token address: {refused.answer}", None)
        except ServiceRefused as refused:
            asked = retry_after({"Retry-After": refused.answer.headers.get("retry-after", "")}, now)
            return _refusal(refused.status, refused.told, asked)
        except (RosterUnavailable, AccessTokenUnavailable) as failure:
            return Reading(Outcome.UNAVAILABLE, answer=str(failure))
        except RosterBroken as broken:
            return Reading(Outcome.BROKEN, answer=str(broken))
        with self.sessions() as database:
            meanings = overrides_for(database, claimed.platform.id, claimed.deployment_id)
        return Reading(Outcome.DONE, roster, meanings)

    def _asking(self, claimed: Claimed) -> Callable[[str], Roster]:
        address, patience = claimed.memberships_url, self.patience
        return lambda token: read_roster(self.outbound, address, token, patience=patience)


def _refusal(status: int, told: str, after: timedelta | None) -> Reading:
    passing = status in TRY_AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    outcome = Outcome.UNAVAILABLE if passing else Outcome.REFUSED
    return Reading(outcome, http_status=status, answer=told, after=after)


def _keep(
    database: Session, claimed: Claimed, reading: Reading, began: datetime, ended: datetime
) -> RosterSync | None:
    """The row of the attempt, after what it brought; None when the lease had passed to somebody else."""
    roster = database.get(CourseRoster, claimed.context_id, with_for_update=True, populate_existing=True)
    if roster is None or roster.lease != claimed.lease:
        return None
    counted = {"joined": 0, "gone": 0, "changed": 0}
    if reading.outcome is Outcome.DONE:
        counted |= keep_roster(database, claimed.context_id, reading.roster, began, reading.meanings)
    _close(roster, reading, began)
    sync = RosterSync(
        context_id=claimed.context_id, started_at=began, ended_at=ended, cause=claimed.cause,
        outcome=reading.outcome, http_status=reading.http_status, answer=clean(reading.answer, LONGEST_TOLD),
        pages=reading.roster.pages, members=len(reading.roster.members),
        unreadable=dict(reading.roster.unreadable), **counted,
    )  # fmt: skip
    database.add(sync)
    return sync


def _close(roster: CourseRoster, reading: Reading, began: datetime) -> None:
    """Ends the lease and says when the next reading is due."""
    roster.lease = roster.leased_until = roster.requested_at = None
    if reading.outcome is Outcome.DONE:
        roster.failures, roster.due_at = 0, next_night(roster.context_id, began)
        roster.first_read_at = roster.first_read_at or began
        roster.previous_read_at, roster.last_read_at = roster.last_read_at, began
        return
    roster.failures += 1
    # Only what passes by itself is worth asking again before tomorrow.
    tries = roster.failures if reading.outcome is Outcome.UNAVAILABLE else 0
    roster.due_at = after_failure(roster.context_id, began, tries, reading.after)
