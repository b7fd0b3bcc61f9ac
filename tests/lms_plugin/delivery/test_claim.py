"""Rows are taken by one worker at a time, in the order of their lane."""

import threading
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms_plugin.delivery.claim import Claim, claim, is_anything_due
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.storage import session_factory, writing
from tests.lms_plugin.delivery.conftest import AddItem

LEASE = timedelta(minutes=1)


def take(database: Session, now: datetime, limit: int = 10) -> Claim:
    with writing(database):
        return claim(database, ["lrs"], now, lease=LEASE, limit=limit)


def ids(taken: Claim) -> set[UUID]:
    return {item.id for item in taken.items}


def test_claimed_rows_are_nobody_elses_until_the_lease_ends(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    item = add_item()
    assert ids(take(database, now)) == {item}
    assert ids(take(database, now + LEASE - timedelta(seconds=1))) == set()
    assert not is_anything_due(database, ["lrs"], now)
    assert ids(take(database, now + LEASE + timedelta(seconds=1))) == {item}


def test_only_due_rows_of_the_wanted_targets_are_claimed(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    due = add_item()
    add_item(target="ags")
    add_item(due_at=now + timedelta(seconds=1))
    assert ids(take(database, now)) == {due}


def test_at_most_the_limit_is_claimed(database: Session, now: datetime, add_item: AddItem) -> None:
    for _ in range(5):
        add_item()
    assert len(ids(take(database, now, limit=3))) == 3
    assert len(ids(take(database, now, limit=3))) == 2


def test_row_waits_while_an_earlier_one_of_its_lane_waits(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    lane = uuid4()
    second, first = add_item(lane, 2), add_item(lane, 1)
    assert ids(take(database, now)) == {first}
    with writing(database):  # the first is to be tried again much later: the second still waits
        retried = {"due_at": now + timedelta(hours=1), "leased_until": None, "lease": None}
        database.execute(update(OutboxItem).where(OutboxItem.id == first).values(retried))
    assert ids(take(database, now)) == set()
    for final in ("delivered", "not_wanted", "dead"):
        with writing(database):
            database.execute(update(OutboxItem).where(OutboxItem.id == first).values(status=final))
            database.execute(update(OutboxItem).where(OutboxItem.id == second).values(leased_until=None))
        assert ids(take(database, now)) == {second}


def test_workers_at_once_never_hold_the_same_row(
    database: Session, engine: Engine, now: datetime, add_item: AddItem
) -> None:
    for _ in range(20):
        add_item()
    taken: list[UUID] = []

    def work() -> None:
        with session_factory(engine)() as session:
            for _ in range(5):
                taken.extend(ids(take(session, now, limit=2)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    left = take(database, now, limit=50)
    assert set(taken) | ids(left) == set(database.scalars(select(OutboxItem.id)))
