"""An LRS that is down for a day and then flaps, while the workers that forward to it are killed throughout.

  python -m bench.forwarding [--statements 5000] [--day-seconds 60] [--postgresql]

A day of the forwarders' clock passes in `--day-seconds`. Statements of fifty people are stored all the time.
Two forwarders run, one of them is killed (SIGKILL) again and again and another takes its place. At the end
each statement must have arrived once, those of each person in the order of our statements. That an alarm
comes within five minutes is not measured here, where starting a process takes hours of that clock, but
tested with a clock that stands still. Everything stays on 127.0.0.1.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bench.forwarding_worker import SECRET, SimulatedClock
from lms_plugin.delivery.forwarding.administering import NewTarget, add_target
from lms_plugin.delivery.forwarding.selection import next_batch
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.migration import migrate
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_order import enter
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import make_engine, session_factory, writing
from tests.services.postgresql import cluster
from tests.services.receivers import FAULTS, LrsReceiver, receiving

PEOPLE, BATCH, FORWARDERS = 50, 20, 2
FAULT_SHARE = 0.2
LIFE_SECONDS = (1.0, 4.0)
LONGEST_DRAIN_SECONDS = 420.0
AUTHORITY = {"account": {"homePage": "https://formazione.example", "name": "bench"}}


def statement(person: int) -> dict[str, Any]:
    """A statement about one of the people."""
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://lms.example", "name": str(person)}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"objectType": "Activity", "id": "https://formazione.example/xapi/activities/m1"},
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }


def write(sessions: sessionmaker[Session], number: int, seconds: float, clock: SimulatedClock) -> None:
    """Stores so many statements, spread over so many seconds."""
    began = time.monotonic()
    for place in range(0, number, BATCH):
        time.sleep(max(0.0, began + seconds * place / number - time.monotonic()))
        with sessions() as database, writing(database):
            enter(database, clock())
            batch = [statement(random.randrange(PEOPLE)) for _ in range(BATCH)]
            store_statements(database, batch, authority=AUTHORITY, origin="client", now=clock())


class Killer(threading.Thread):
    """Keeps two forwarders running and kills one after the other."""

    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self.words, self.kills, self.stop = words, 0, threading.Event()

    def run(self) -> None:
        """Until `stop`; then all are killed."""
        command = [sys.executable, "-m", "bench.forwarding_worker", *self.words]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
            assert nursery.stdin is not None
            assert nursery.stdout is not None
            alive: list[int] = []
            while not self.stop.is_set():
                while len(alive) < FORWARDERS:
                    nursery.stdin.write("start\n")
                    nursery.stdin.flush()
                    alive.append(int(nursery.stdout.readline()))
                self.stop.wait(random.uniform(*LIFE_SECONDS))
                os.kill(alive.pop(random.randrange(len(alive))), signal.SIGKILL)
                self.kills += 1
            for one in alive:
                os.kill(one, signal.SIGKILL)


@contextlib.contextmanager
def database_url(folder: Path, *, postgresql: bool) -> Iterator[str]:
    """An SQLite file, or a cluster of its own."""
    if not postgresql:
        yield f"sqlite:///{folder}/bench.db"
        return
    with cluster() as url:
        yield url


def wait_until_drained(sessions: sessionmaker[Session]) -> float:
    """Seconds until nothing waits for the target."""
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_DRAIN_SECONDS:
        with sessions() as database:
            target = database.scalars(select(ForwardingTarget)).one()
            if not next_batch(database, target, 1).moves:
                return time.monotonic() - began
        time.sleep(0.5)
    raise TimeoutError("not everything was forwarded in time")


def verify(sessions: sessionmaker[Session], lrs: LrsReceiver, number: int) -> None:
    """Raises AssertionError unless all arrived, each once, in the order of each person."""
    with sessions() as database:
        rows = database.execute(select(Statement.id, Statement.body).order_by(Statement.stored, Statement.id))
        ours = [(str(one), json.loads(body)["actor"]["account"]["name"]) for one, body in rows]
        assert not database.scalars(select(ForwardingLetter.id)).all(), "refused statements"
    assert len(ours) == number, f"{len(ours)} stored"
    assert set(lrs.accepted) == {one for one, _person in ours}, f"{number - len(lrs.accepted)} lost"
    assert not lrs.contradictions
    people = dict(ours)
    for person in set(people.values()):
        arrived = [one for one in lrs.accepted if people[one] == person]
        assert arrived == [one for one, whose in ours if whose == person], f"order of {person}"


def run(arguments: argparse.Namespace, folder: Path, url: str) -> dict[str, object]:
    """One run; returns its figures."""
    engine = make_engine(url)
    migrate(engine)
    sessions, lrs = session_factory(engine), LrsReceiver()
    clock = SimulatedClock.now(86400 / arguments.day_seconds)
    with receiving(lrs):
        address = lrs.url
    with sessions() as database, writing(database):
        add_target(
            database, NewTarget("bench", address, "k", "s", canary=False), SECRET, {"127.0.0.1"}, clock()
        )
    alarms = folder / "alarms"
    killer = Killer([url, str(clock.began), str(clock.speed), str(alarms)])
    half = arguments.statements // BATCH // 2 * BATCH
    began = clock()
    killer.start()
    try:
        write(sessions, half, arguments.day_seconds, clock)
        down, chance = clock() - began, random.Random(1)
        lrs.misbehave = lambda: chance.choice(FAULTS[:-1]) if chance.random() < FAULT_SHARE else None
        with receiving(lrs):
            with sessions() as database, writing(database):
                database.scalars(select(ForwardingTarget)).one().url = lrs.url
            write(sessions, half, arguments.day_seconds / 2, clock)
            drained = wait_until_drained(sessions)
    finally:
        killer.stop.set()
        killer.join()
    verify(sessions, lrs, 2 * half)
    told = alarms.read_text().splitlines()
    engine.dispose()
    return {
        "statements": 2 * half, "down": str(down), "kills": killer.kills, "requests": len(lrs.headers),
        "faults": sum(lrs.faults[fault] for fault in FAULTS), "told twice": sum(lrs.told.values()) - 2 * half,
        "alarms": len(told), "seconds to drain": round(drained, 1),
        "lost": 0, "doubled": 0,
    }  # fmt: skip


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--statements", type=int, default=5000)
    parser.add_argument("--day-seconds", type=float, default=60.0)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coalizione-forwarding-") as name:
        folder = Path(name)
        with database_url(folder, postgresql=arguments.postgresql) as url:
            figures = run(arguments, folder, url)
    for what, figure in figures.items():
        print(f"{what:20} {figure}")


if __name__ == "__main__":
    main()
