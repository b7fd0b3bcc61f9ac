"""Rows are taken by one worker at a time; of each lane the newest."""

import threading
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms_plugin.delivery.claim import Claim, Lease, claim, extend
from lms_plugin.delivery.destinations import (
    AGS,
    NOWHERE,
    due_destinations,
    is_anything_unrouted,
    route,
)
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import add_attempts
from lms_plugin.storage import session_factory, writing
from tests.lms_plugin.delivery.conftest import AddItem

LEASE = timedelta(minutes=1)


def take(database: Session, now: datetime, limit: int = 10, lease: UUID | None = None) -> Claim:
    with writing(database):
        route(database)
        ours = Lease(lease or uuid4(), now + LEASE)
        return claim(database, NOWHERE, now, lease=ours, limit=limit)


def ids(taken: Claim) -> set[UUID]:
    return {item.id for item in taken.items}


def test_claimed_rows_are_nobody_elses_until_the_lease_ends(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    item = add_item()
    assert ids(take(database, now)) == {item}
    assert ids(take(database, now + LEASE - timedelta(seconds=1))) == set()
    assert not due_destinations(database, [AGS], now)
    assert ids(take(database, now + LEASE + timedelta(seconds=1))) == {item}


def test_only_due_rows_of_the_destination_are_claimed(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    due, elsewhere = add_item(), add_item()
    with writing(database):
        route(database)
        other = update(OutboxItem).where(OutboxItem.id == elsewhere)
        database.execute(other.values(destination=uuid4()))
    add_item(due_at=now + timedelta(seconds=1))
    assert ids(take(database, now)) == {due}


def test_at_most_the_limit_is_claimed(database: Session, now: datetime, add_item: AddItem) -> None:
    for _ in range(5):
        add_item()
    assert len(ids(take(database, now, limit=3))) == 3
    assert len(ids(take(database, now, limit=3))) == 2


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


def status_of(database: Session, one: UUID) -> str:
    database.rollback()
    return database.get_one(OutboxItem, one, populate_existing=True).status


def test_of_the_scores_of_a_lane_only_the_newest_goes(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    lane = uuid4()
    first, newest, second = (add_item(lane, position) for position in (1, 3, 2))
    taken = take(database, now)
    assert (ids(taken), taken.superseded) == ({newest}, 2)
    assert {status_of(database, one) for one in (first, second)} == {"superseded"}


def test_nothing_goes_while_another_of_its_lane_is_on_its_way(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    lane = uuid4()
    first = add_item(lane, 1)
    assert ids(take(database, now)) == {first}
    newest = add_item(lane, 2)
    assert ids(take(database, now)) == set()
    assert status_of(database, first) == "waiting"
    assert ids(take(database, now + LEASE + timedelta(seconds=1))) == {newest}
    assert status_of(database, first) == "superseded"


def test_a_score_that_waits_for_its_next_try_gives_way_to_a_newer_one(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    lane = uuid4()
    first = add_item(lane, 1)
    retry = DeliveryAttempt(
        id=uuid4(), outbox_id=first, at=now, outcome="retry", retry_at=now + timedelta(hours=1)
    )
    with writing(database):
        add_attempts(database, [retry])
    newest = add_item(lane, 2)
    assert ids(take(database, now)) == {newest}
    # It is written off when its own time comes; it is never sent.
    later = take(database, now + timedelta(hours=2))
    assert ids(later) == {newest}
    assert status_of(database, first) == "superseded"


def test_an_old_score_put_back_by_a_person_is_never_sent_after_a_newer_one(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    lane = uuid4()
    old, newest = add_item(lane, 1), add_item(lane, 2)
    history = ((old, "dead", 1), (newest, "delivered", 2), (old, "requeued", 3))
    for item, outcome, second in history:
        at = now + timedelta(seconds=second)
        with writing(database):
            add_attempts(database, [DeliveryAttempt(id=uuid4(), outbox_id=item, at=at, outcome=outcome)])
    assert status_of(database, old) == "waiting"
    taken = take(database, now + timedelta(minutes=1))
    assert (ids(taken), taken.superseded) == (set(), 1)
    assert status_of(database, old) == "superseded"


def test_a_score_born_ahead_of_the_clock_does_not_hold_the_one_before_it_back(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    lane = uuid4()
    first, ahead = add_item(lane, 1), add_item(lane, 2, due_at=now + timedelta(seconds=1))
    with writing(database):
        born = {"created_at": now + timedelta(seconds=1)}
        database.execute(update(OutboxItem).where(OutboxItem.id == ahead).values(born))
    assert ids(take(database, now)) == {first}


def test_a_lease_is_held_on_to_while_the_row_is_on_its_way(
    database: Session, now: datetime, add_item: AddItem
) -> None:
    item, lease = add_item(), uuid4()
    assert ids(take(database, now, lease=lease)) == {item}
    with writing(database):
        extend(database, Lease(lease, now + 3 * LEASE))
    assert ids(take(database, now + 2 * LEASE)) == set()
    assert ids(take(database, now + 4 * LEASE)) == {item}


def test_rows_are_routed_once(database: Session, add_item: AddItem, now: datetime) -> None:
    assert not is_anything_unrouted(database)
    add_item()
    assert is_anything_unrouted(database)
    database.rollback()
    with writing(database):
        route(database)
    assert not is_anything_unrouted(database)
    assert due_destinations(database, [AGS], now) == [(NOWHERE, AGS)]
    assert due_destinations(database, [], now) == []
