"""A target is down for a day and then flaps: an alarm in time, nothing lost, nothing doubled, order kept."""

import itertools
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.forwarding.alarm import look_after_targets
from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.forwarding.standing import State, standing_of
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.delivery.forwarding.conftest import letters, read_target, statement, store
from tests.services.receivers import LrsReceiver, receiving

FAULT_SHARE = 0.2
LONGEST_SILENCE = timedelta(minutes=5)
FAULTS = ("error before", "error after", "too many", "drop before", "drop after")


@pytest.fixture
def sessions(forwarder: Forwarder) -> sessionmaker[Session]:
    return forwarder.sessions


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]


def test_day_without_the_target_then_flapping(
    database: Session, forwarder: Forwarder, sessions: sessionmaker[Session], clock: Clock,
    add_target: Callable[..., UUID], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO, "coalizione.forwarding")
    lrs = LrsReceiver()
    with receiving(lrs):
        url = lrs.url
    target, began, ids = add_target(url), clock(), list[str]()
    while clock() - began < timedelta(days=1):
        ids += store(database, statement(str(len(ids) % 5)), statement("x"), at=clock())
        forwarder.run_once()
        look_after_targets(sessions, clock())
        clock.move(minutes=30)
    (alarm,) = alarms(caplog)  # said once, however often it fails
    assert "Regione does not answer" in alarm
    assert "nothing is lost" in alarm
    row = read_target(database, target)
    assert standing_of(database, row, clock()).waiting == len(ids)
    assert row.failing_since is not None
    assert row.failing_since - began < timedelta(seconds=5)

    chance = random.Random(7)
    lrs.misbehave = lambda: chance.choice(FAULTS) if chance.random() < FAULT_SHARE else None
    with receiving(lrs):
        with writing(database):
            database.get_one(ForwardingTarget, target).url = f"{lrs.url}/xapi"
        for _ in range(200):
            ids += store(database, statement(), at=clock()) if len(ids) < 130 else []
            forwarder.run_once()
            clock.move(minutes=6)
            if len(lrs.accepted) == len(ids) >= 130:
                break
        look_after_targets(sessions, clock())
    assert list(lrs.accepted) == ids  # all, each once, in the order of our statements
    assert not lrs.contradictions
    assert not letters(database, "dead")
    assert read_target(database, target).told == State.WELL
    assert "well again" in caplog.records[-1].getMessage()


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ("down", State.DOWN),
        ("refused", State.REFUSED),
        ("by hand", State.PAUSED),
        ("no worker", State.STUCK),
    ],
)
def test_alarm_comes_within_five_minutes(
    database: Session, forwarder: Forwarder, clock: Clock, lrs: LrsReceiver, target: UUID,
    caplog: pytest.LogCaptureFixture, what: str, state: State,
) -> None:  # fmt: skip
    sessions = forwarder.sessions
    store(database, statement(), at=clock())
    began = clock()
    if what == "by hand":
        with writing(database):
            row = database.get_one(ForwardingTarget, target)
            row.status, row.paused_by, row.status_at = "paused", "hand", began
    lrs.misbehave = itertools.repeat("drop before").__next__ if what == "down" else lrs.misbehave
    lrs.answers = [(401, {}, "no")] if what == "refused" else []
    while not alarms(caplog) and clock() - began <= LONGEST_SILENCE:
        if what != "no worker":
            forwarder.run_once()
        look_after_targets(sessions, clock())
        clock.move(seconds=30)
    assert clock() - began <= LONGEST_SILENCE
    assert read_target(database, target).told == state
    look_after_targets(sessions, clock())
    assert len(alarms(caplog)) == 1


def test_target_that_has_nothing_to_do_is_well_for_ever(
    database: Session, sessions: sessionmaker[Session], target: UUID, now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    look_after_targets(sessions, now + timedelta(days=30))
    assert not alarms(caplog)
