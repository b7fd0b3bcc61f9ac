"""kill -9 of web and worker at random points, with both receivers flapping: nothing lost, nothing doubled.

`COALIZIONE_KILL_SEED` repeats the choices of a run (what the machine does between them differs, of course).
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.selection import next_batch
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.replay import replay
from lms_plugin.records.statement import Statement
from lms_plugin.records.verify import verify
from lms_plugin.storage import writing
from tests.course_content.small import write_programme
from tests.failure.writer import LEARNERS, learner_of, placement_of
from tests.services.exports import export
from tests.services.receivers import FAULTS, AgsReceiver, LrsReceiver, Receiver, receiving

# 200 in all; each half goes to the writer and to the worker.
KILLS = {"sqlite": 150, "postgresql": 50}
FAULT_SHARE = 0.25
STALL_SHARE = 0.04  # of the faults: a stalled answer takes seconds
LIFE_SECONDS = 0.5  # at most, after the first sign of life
SIGN_SECONDS = 20.0  # most of a second is enough, unless the machine is busy with other things
DRAIN_SECONDS = 120.0
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@dataclass
class World:
    """Where everything of one run is."""

    lrs: Receiver
    ags: Receiver
    notebook: Path
    environment: dict[str, str]
    database_url: str

    def noted(self) -> list[str]:
        return self.notebook.read_text().splitlines() if self.notebook.exists() else []

    def arrived(self) -> int:
        return sum(self.lrs.faults.values()) + sum(self.ags.faults.values())


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("COALIZIONE_KILL_SEED", "20261123"))
    print(f"COALIZIONE_KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)


@pytest.fixture
def world(
    database: Session, environment: dict[str, str], database_url: str, tmp_path: Path, chance: random.Random
) -> Iterator[World]:
    def misbehave(own: random.Random) -> Callable[[], str | None]:
        def choose() -> str | None:
            if own.random() >= FAULT_SHARE:
                return None
            return "stall" if own.random() < STALL_SHARE else own.choice(FAULTS[:-1])

        return choose

    lrs = LrsReceiver(misbehave=misbehave(random.Random(chance.random())))
    ags = AgsReceiver(misbehave=misbehave(random.Random(chance.random())))
    with receiving(lrs), receiving(ags):
        _furnish(database, ags.url)
        second_lrs = {"ENDPOINT": f"{lrs.url}/xapi", "KEY": "key", "SECRET": "secret"}
        variables = {f"COALIZIONE_LRS_{name}": value for name, value in second_lrs.items()}
        # A small programme: a worker reads them all for its periodic jobs before it begins to deliver.
        variables["COALIZIONE_PROGRAMMES"] = str(write_programme(tmp_path / "small"))
        yield World(lrs, ags, tmp_path / "notebook", {**os.environ, **environment, **variables}, database_url)


def _furnish(database: Session, lms: str) -> None:
    """An LMS, and learners who came through its link to module 1."""
    now = datetime.now(UTC)
    link = UUID(int=3)
    with writing(database):
        database.add(
            Platform(
                id=UUID(int=1), name="LMS", issuer=lms, client_id="c", auth_login_url=lms,
                auth_token_url=f"{lms}/token", jwks_url=lms, actor_home_page=lms, created_at=now,
            )
        )  # fmt: skip
        database.flush()
        database.add(Deployment(id=UUID(int=2), platform_id=UUID(int=1), deployment_id="1", created_at=now))
        database.flush()
        database.add(ResourceLink(id=link, deployment_id=UUID(int=2), resource_link_id="r", activity_id="m1"))
        database.add_all(
            Learner(id=learner_of(number), home_page=lms, account_name=str(number), created_at=now)
            for number in range(LEARNERS)
        )
        database.flush()
        database.add_all(
            Placement(
                id=placement_of(number), learner_id=learner_of(number), resource_link_id=link,
                subject=str(number), roles=[], scopes=[SCORE_SCOPE], last_launch_at=now,
                line_item_url=f"{lms}/items/1?type_id=2",
            )
            for number in range(LEARNERS)
        )  # fmt: skip


class Nursery:
    """Starts processes by name and kills them by id."""

    def __init__(self, world: World, log: Path) -> None:
        self.world = world
        self.lock = threading.Lock()
        with log.open("ab") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.failure.nursery"],
                env=world.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def start(self, name: str) -> int:
        """The id of a new process."""
        command = f"writer {self.world.database_url} {self.world.notebook}" if name == "writer" else name
        with self.lock:
            assert self.process.stdin is not None
            self.process.stdin.write(f"{command}\n")
            self.process.stdin.flush()
            return int(self._answer())

    def kill(self, child: int) -> None:
        """SIGKILL, and waits until it is gone."""
        os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(child, 0)
                time.sleep(0.002)

    def close(self) -> None:
        """Ends the nursery itself."""
        with self.process:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait(10)


def _kill_again_and_again(
    nursery: Nursery, name: str, times: int, chance: random.Random, signs: Callable[[], int]
) -> None:
    """Starts a process, waits for its first sign of life and a random time more, and kills it."""
    for _ in range(times):
        before = signs()
        child = nursery.start(name)
        until = time.monotonic() + SIGN_SECONDS
        while signs() == before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, LIFE_SECONDS))
        nursery.kill(child)


def _kill_both(world: World, kills: int, chance: random.Random, log: Path) -> None:
    nursery = Nursery(world, log)
    signs: dict[str, Callable[[], int]] = {"writer": lambda: len(world.noted()), "worker": world.arrived}
    failures: list[BaseException] = []

    def work(name: str, own: random.Random) -> None:
        try:
            _kill_again_and_again(nursery, name, kills // 2, own, signs[name])
        except BaseException as failure:  # noqa: BLE001 - handed to the test below
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(name, random.Random(chance.random()))) for name in signs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    nursery.close()
    if failures:
        raise failures[0]


def _drain(world: World, database: Session, log: Path) -> None:
    """A worker that nobody kills delivers the rest, is told to stop, and stops in order."""
    world.lrs.misbehave = world.ags.misbehave = lambda: None
    command = [
        sys.executable,
        "-c",
        "from lms_plugin.commands import main; main()",
        "worker",
        "--lease",
        "60",
    ]
    before = log.read_text().count("worker started") if log.exists() else 0
    with log.open("ab") as words, subprocess.Popen(command, env=world.environment, stderr=words) as worker:
        try:
            until = time.monotonic() + DRAIN_SECONDS
            # Told to stop before it listens, it would be killed: perhaps nothing was left to deliver.
            while log.read_text().count("worker started") <= before and time.monotonic() < until:
                time.sleep(0.2)
            while _waiting(database) and time.monotonic() < until:
                time.sleep(0.2)
        finally:
            worker.terminate()
            assert worker.wait(30) == 0


def _waiting(database: Session) -> int:
    database.rollback()
    waiting = select(func.count()).select_from(OutboxItem).where(OutboxItem.status == "waiting")
    targets = database.scalars(select(ForwardingTarget)).all()
    ahead = sum(next_batch(database, target, 1).moves for target in targets)
    return (database.scalar(waiting) or 0) + ahead


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_lose_nothing_and_double_nothing(
    world: World, database: Session, chance: random.Random, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    kills = KILLS[database.get_bind().dialect.name]
    _kill_both(world, kills, chance, log)
    print(f"{kills} kills, {len(world.noted())} facts, {world.lrs.faults} {world.ags.faults}")  # noqa: T201
    _drain(world, database, log)

    _nothing_noted_is_lost(world, database)
    _everything_arrived_once(world, database)
    assert verify(database).sound
    before = export(database)
    with writing(database):
        replay(database)
    assert export(database) == before
    # That it was not too easy: work was done, deliveries failed, and some came twice.
    assert len(world.noted()) > kills // 4
    assert sum(world.lrs.faults[fault] for fault in FAULTS) > kills // 20
    assert sum(world.lrs.told.values()) > len(world.lrs.told)


def _nothing_noted_is_lost(world: World, database: Session) -> None:
    noted = {tuple(line.split(" ", 1)) for line in world.noted()}
    kept = {
        (str(learner), key) for learner, key in database.execute(select(Evidence.learner_id, Evidence.key))
    }
    assert noted <= kept
    done = set(database.scalars(select(Completion.learner_id).where(Completion.activity_id == "m1")))
    passed = {UUID(learner) for learner, key in noted if key.endswith(":2")}
    assert passed
    assert passed <= done


def _everything_arrived_once(world: World, database: Session) -> None:
    rows = database.execute(select(OutboxItem.target, OutboxItem.status).distinct())
    statuses = {(target, status) for target, status in rows}
    # Of the scores of a learner those that a newer one overtook while they waited are never sent.
    assert statuses <= {("ags", "delivered"), ("ags", "superseded")}
    own = {str(one) for one in database.scalars(select(Statement.id).where(Statement.origin == "own"))}
    assert set(world.lrs.accepted) == own
    assert not world.lrs.contradictions
    assert not world.ags.contradictions
    expected = _expected_scores(database)
    assert world.ags.accepted.keys() == expected.keys()
    for column, scores in expected.items():
        arrived = world.ags.accepted[column]
        assert arrived[-1] == scores[-1]
        assert arrived == [score for score in scores if score in arrived]  # in order, each once


def _expected_scores(database: Session) -> dict[str, list[dict[str, Any]]]:
    """By column and learner, in order: 40 in progress, then 90 completed where the learner came so far."""
    numbers = {placement_of(number): str(number) for number in range(LEARNERS)}
    items = select(OutboxItem).where(OutboxItem.target == "ags").order_by(OutboxItem.position)
    expected: dict[str, list[dict[str, Any]]] = {}
    for item in database.scalars(items):
        payload = json.loads(item.payload)
        score = {
            "userId": numbers[UUID(payload["placement_id"])],
            "scoreGiven": payload["score_given"],
            "scoreMaximum": 100,
            "activityProgress": payload["activity_progress"],
            "gradingProgress": "FullyGraded",
            "timestamp": payload["timestamp"],
        }
        expected.setdefault(f"/items/1/scores {score['userId']}", []).append(score)
    assert {tuple(one["scoreGiven"] for one in column) for column in expected.values()} <= {(40,), (40, 90)}
    return expected
