"""A thousand scores for an LMS that fails by chance, and for a dead one: all arrive, none out of order,
and nobody waits behind the dead one. `bench/scores.py` does the same with ten thousand and our real timeouts.
"""

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.ags import AgsSender
from lms_plugin.delivery.worker import Worker
from lms_plugin.outbound import Outbound
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.storage import session_factory
from tests.conftest import SECRET
from tests.services.score_traffic import (
    Lms,
    add_scores,
    dead_lms,
    enrol,
    learn_more,
    mix,
    practice_lms,
    seen_by,
    tool_keys,
    waiting,
)

PEOPLE = {"sqlite": 1000, "postgresql": 300}
HEALTHY = 200
# Ours are 3 and 10 seconds; a test cannot wait so long for each of its timeouts.
TIMEOUT = (0.5, 0.5)


@contextlib.contextmanager
def working(engine: Engine) -> Iterator[Worker]:
    """A worker in a thread, ended in order."""
    sender = AgsSender(Outbound(frozenset({"127.0.0.1"}), timeout=TIMEOUT), SECRET)
    worker = Worker(
        session_factory(engine),
        {"ags": sender},
        clock=lambda: datetime.now(UTC),
        draw=random.Random(3).random,
    )
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop.set()
        thread.join(30)


def settled_in(database: Session, lms: Lms, most: float) -> float:
    """The seconds until nothing waits for this LMS any more; more than `most` is a failure."""
    begun = time.monotonic()
    while waiting(database, lms):
        assert time.monotonic() - begun < most, f"{lms.name} still waits for {waiting(database, lms)}"
        time.sleep(0.1)
    return time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.timeout(110)
def test_scores_reach_an_lms_that_fails_by_chance(engine: Engine, database: Session) -> None:
    people = PEOPLE[engine.dialect.name]
    keys, past = tool_keys(database, SECRET), datetime.now(UTC) - timedelta(minutes=1)
    chance = random.Random(20261124)
    with practice_lms("flapping", keys, people) as flapping:
        enrol(database, flapping, people, past)
        flapping.ask("faults", {"mix": mix(timeout_seconds=0.8)})
        add_scores(database, flapping.placements, 40, 1, past)
        add_scores(database, flapping.placements[::2], 50, 2, past + timedelta(seconds=1))
        with working(engine):
            for position in (3, 4, 5):  # learners go on meanwhile
                time.sleep(1)
                learn_more(database, flapping, 0.1, position, chance)
            settled_in(database, flapping, 75)
        seen = seen_by(database, flapping)
        failed = flapping.ask("faults")["failed"]
    assert seen.wrong == []
    assert seen.columns == 1
    # That it was not too easy: many failed, and many older ones were overtaken.
    assert failed > people / 10
    assert _outcomes(database)["superseded"] >= people / 2
    assert set(database.scalars(select(OutboxItem.status).distinct())) <= {"delivered", "superseded"}


def _outcomes(database: Session) -> dict[str, int]:
    database.rollback()
    counted = select(DeliveryAttempt.outcome, func.count()).group_by(DeliveryAttempt.outcome)
    return {row[0]: row[1] for row in database.execute(counted)}


@pytest.mark.slow
@pytest.mark.timeout(110)
def test_nobody_waits_behind_a_dead_lms(engine: Engine, database: Session) -> None:
    keys, past = tool_keys(database, SECRET), datetime.now(UTC) - timedelta(minutes=1)
    with practice_lms("healthy", keys, HEALTHY) as healthy, dead_lms("dead") as dead:
        enrol(database, healthy, HEALTHY, past)
        enrol(database, dead, HEALTHY, past)
        add_scores(database, healthy.placements, 40, 1, past)
        with working(engine):
            alone = settled_in(database, healthy, 40)
        add_scores(database, healthy.placements, 50, 2, past + timedelta(seconds=1))
        add_scores(database, dead.placements, 50, 2, past)
        with working(engine):
            beside = settled_in(database, healthy, 40)
        seen = seen_by(database, healthy)
        assert waiting(database, dead) == HEALTHY
    assert seen.wrong == []
    print(f"healthy alone {alone:.1f} s, beside a dead one {beside:.1f} s")  # noqa: T201
    # One after the other, the dead one's would have taken 100 seconds of timeouts.
    assert beside < alone * 2 + 3
