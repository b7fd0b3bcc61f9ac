"""Several destinations at once: a dead one costs the others nothing, a suspended one waits."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.gate import AT_ONCE_EACH, Gate
from lms_plugin.delivery.jobs import PeriodicJob
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.worker import Worker
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.delivery.conftest import AddItem

AddScores = Callable[[str, int], UUID]


@pytest.fixture
def add_scores(database: Session, add_item: AddItem, now: datetime) -> AddScores:
    """So many scores, each of another learner, for a platform of this name; returns the platform's id."""

    def add(name: str, number: int) -> UUID:
        platform = Platform(
            name=name, issuer=name, client_id="c", auth_login_url=name, auth_token_url=name, jwks_url=name,
            actor_home_page=name, created_at=now,
        )  # fmt: skip
        link = ResourceLink(
            deployment=Deployment(platform=platform, deployment_id="1", created_at=now), resource_link_id=name
        )
        lanes = [uuid4() for _ in range(number)]
        with writing(database):
            database.add_all([platform, link])
            for lane in lanes:
                learner = Learner(home_page=name, account_name=str(lane), created_at=now)
                database.add(
                    Placement(
                        id=lane, learner=learner, resource_link=link, subject="s", roles=[], scopes=[],
                        last_launch_at=now,
                    )
                )  # fmt: skip
        for lane in lanes:
            add_item(lane, 1)
        return platform.id

    return add


class Lms:
    """Answers by platform; keeps how many were in there at once."""

    def __init__(self, database_factory: sessionmaker[Session], dead: UUID | None = None) -> None:
        self.sessions = database_factory
        self.dead = dead
        self.lock = threading.Lock()
        self.inside: Counter[UUID] = Counter()
        self.most: Counter[UUID] = Counter()
        self.asked: Counter[UUID] = Counter()
        self.finished: dict[UUID, float] = {}

    def __call__(self, payload: dict[str, Any], _sessions: object, _now: datetime) -> Outcome:
        platform = UUID(payload["platform"])
        with self.lock:
            self.asked[platform] += 1
            self.inside[platform] += 1
            self.most[platform] = max(self.most[platform], self.inside[platform])
        time.sleep(0.3 if platform == self.dead else 0.005)
        with self.lock:
            self.inside[platform] -= 1
            self.finished[platform] = time.monotonic()
        if platform == self.dead:
            return Outcome(Verdict.RETRY, answer="no answer", trouble=True)
        return Outcome(Verdict.DELIVERED, 200)


def name_platforms(database: Session, platforms: list[UUID]) -> None:
    """Writes into each payload which platform it is for, so that the sender knows."""
    with writing(database):
        for platform in platforms:
            lanes = (
                select(Placement.id)
                .join(ResourceLink)
                .join(Deployment)
                .where(Deployment.platform_id == platform)
            )
            told = f'{{"platform": "{platform}"}}'
            database.execute(update(OutboxItem).where(OutboxItem.lane.in_(lanes)).values(payload=told))


def real_time(started: float, begun: datetime) -> Callable[[], datetime]:
    return lambda: begun + timedelta(seconds=time.monotonic() - started)


def test_a_dead_platform_costs_the_others_nothing(
    database: Session, sessions: sessionmaker[Session], add_scores: AddScores, now: datetime
) -> None:
    dead, healthy = add_scores("https://dead.example", 60), add_scores("https://healthy.example", 60)
    name_platforms(database, [dead, healthy])
    lms, started = Lms(sessions, dead), time.monotonic()
    clock = real_time(started, now)
    worker = Worker(sessions, {"ags": lms}, clock=clock, draw=lambda: 0.5)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        while lms.asked[healthy] < 60 and time.monotonic() < started + 20:
            time.sleep(0.02)
    finally:
        worker.stop.set()
        thread.join(20)
    assert lms.asked[healthy] == 60
    # One after the other, the dead one alone would have taken 18 seconds; it was asked a few times.
    assert lms.asked[dead] < 15
    assert lms.most[healthy] <= AT_ONCE_EACH
    database.rollback()
    delivered = select(func.count()).where(OutboxItem.status == "delivered")
    assert database.scalar(delivered) == 60


def test_what_is_for_a_suspended_platform_waits_and_goes_out_afterwards(
    database: Session, sessions: sessionmaker[Session], add_scores: AddScores, clock: Clock
) -> None:
    platform = add_scores("https://lms.example", 3)
    name_platforms(database, [platform])
    lms = Lms(sessions)
    worker = Worker(sessions, {"ags": lms}, clock=clock, draw=lambda: 0.5)
    for status, asked in (("suspended", 0), ("active", 3)):
        with writing(database):
            database.execute(update(Platform).values(status=status))
        worker.run_once()
        assert lms.asked[platform] == asked


def test_two_workers_share_one_platform_and_send_nothing_twice(
    database: Session, sessions: sessionmaker[Session], add_scores: AddScores, now: datetime
) -> None:
    platform = add_scores("https://lms.example", 80)
    name_platforms(database, [platform])
    lms, started = Lms(sessions), time.monotonic()
    clock = real_time(started, now)
    workers = [Worker(sessions, {"ags": lms}, clock=clock, draw=lambda: 0.5) for _ in range(2)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    while lms.asked[platform] < 80 and time.monotonic() < started + 20:
        time.sleep(0.02)
    time.sleep(0.3)
    for worker in workers:
        worker.stop.set()
    for thread in threads:
        thread.join(20)
    assert lms.asked[platform] == 80


def test_a_slow_job_delays_no_delivery(
    database: Session, sessions: sessionmaker[Session], add_scores: AddScores, now: datetime
) -> None:
    platform = add_scores("https://lms.example", 1)
    name_platforms(database, [platform])
    lms, done, begun = Lms(sessions), threading.Event(), threading.Event()

    def slow(_sessions: object, _now: datetime) -> None:
        begun.set()
        done.wait(10)

    job = PeriodicJob("slow", timedelta(hours=1), slow)
    clock = real_time(time.monotonic(), now)
    worker = Worker(sessions, {"ags": lms}, clock=clock, draw=lambda: 0.5, jobs=[job])
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert begun.wait(5)
        until = time.monotonic() + 5
        while not lms.asked[platform] and time.monotonic() < until:
            time.sleep(0.02)
        assert lms.asked[platform] == 1
    finally:
        done.set()
        worker.stop.set()
        thread.join(10)


def test_a_row_on_its_way_keeps_its_lease(
    database: Session, sessions: sessionmaker[Session], add_scores: AddScores
) -> None:
    platform = add_scores("https://lms.example", 1)
    name_platforms(database, [platform])
    lease = timedelta(seconds=1)
    taken: list[int] = []

    def slow(_payload: object, _sessions: object, _now: datetime) -> Outcome:
        taken.append(1)
        time.sleep(2.5)
        return Outcome(Verdict.DELIVERED)

    clock = real_time(time.monotonic(), datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    workers = [
        Worker(sessions, {"ags": slow}, clock=clock, draw=lambda: 0.5, lease=lease, gate=Gate())
        for _ in range(2)
    ]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    time.sleep(4)
    for worker in workers:
        worker.stop.set()
    for thread in threads:
        thread.join(10)
    assert taken == [1]
