"""Tells of a target that is down, paused or behind: once when it begins, once when it is over."""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.forwarding.leasing import locked_target
from lms_plugin.delivery.forwarding.standing import (
    State,
    all_targets,
    count_waiting,
    oldest_waiting,
    state_of,
)
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.storage import writing

log = logging.getLogger("coalizione.forwarding")
WORDS = {
    State.DOWN: "does not answer as an LRS should",
    State.STUCK: "gets nothing, although something waits",
    State.LAGGING: "takes less than there comes",
    State.REFUSED: "refuses our credentials and is paused",
    State.REJECTING: "rejects one statement after the other and is paused",
    State.PAUSED: "is paused by hand",
    State.UNSET: "is paused: COALIZIONE_LRS_ENDPOINT is not set",
}


def look_after_targets(sessions: sessionmaker[Session], now: datetime) -> None:
    """A periodic job: tells what has changed since the last time."""
    with sessions() as database:
        for target in all_targets(database):
            state, since = state_of(target, oldest_waiting(database, target), now)
            if state != target.told and _is_ours_to_tell(database, target.id, target.told, state):
                _tell(database, target, state, since)


def _is_ours_to_tell(database: Session, target_id: UUID, before: str, state: State) -> bool:
    """Whether no other worker has told the same."""
    with writing(database):
        target = locked_target(database, target_id)
        if target is None or target.told != before:
            return False
        target.told = state
        return True


def _tell(database: Session, target: ForwardingTarget, state: State, since: datetime) -> None:
    if state is State.WELL:
        log.info("forwarding target %s: it is well again", target.name)
        return
    log.error(
        "forwarding target %s %s, since %s: %s statements wait, nothing is lost; last answer: %s",
        target.name,
        WORDS[state],
        since.isoformat(timespec="seconds"),
        count_waiting(database, target),
        f"{target.last_status or ''} {target.last_answer[:200]}".strip() or "none",
    )
