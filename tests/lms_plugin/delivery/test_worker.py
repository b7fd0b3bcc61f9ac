"""The worker delivers, tries again, gives up, survives, and stops when told."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.commands import main
from lms_plugin.delivery.backoff import LAST_ATTEMPT
from lms_plugin.delivery.claim import ClaimedItem
from lms_plugin.delivery.destinations import AGS, NOWHERE
from lms_plugin.delivery.jobs import PeriodicJob
from lms_plugin.delivery.marking import Sent, mark_all
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.resending import NotDead, requeue
from lms_plugin.delivery.sender import Sender
from lms_plugin.delivery.worker import Worker
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import state_after
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.delivery.conftest import AddItem, ScriptedSender

MakeWorker = Callable[[Sender], Worker]
RETRY = Outcome(Verdict.RETRY, 503, "busy")
DEAD = Outcome(Verdict.DEAD, 400, "wrong\x00 statement")


def item(database: Session, one: UUID) -> OutboxItem:
    database.rollback()
    return database.get_one(OutboxItem, one, populate_existing=True)


def test_due_rows_are_delivered_and_marked(
    database: Session, add_item: AddItem, make_worker: MakeWorker
) -> None:
    one = add_item()
    assert make_worker(ScriptedSender()).run_once() == {Verdict.DELIVERED: 1}
    found = item(database, one)
    assert (found.status, found.attempts, found.lease) == ("delivered", 1, None)


def test_of_a_lane_the_newest_is_sent(add_item: AddItem, make_worker: MakeWorker) -> None:
    lane = uuid4()
    for position in (3, 1, 2):
        add_item(lane, position)
    sender = ScriptedSender()
    make_worker(sender).run_once()
    assert sender.sent == [3]


def test_failed_row_comes_again_after_its_wait(
    database: Session, add_item: AddItem, make_worker: MakeWorker, clock: Clock
) -> None:
    one, sender = add_item(), ScriptedSender(RETRY, RETRY)
    worker = make_worker(sender)
    assert worker.run_once() == {Verdict.RETRY: 1}
    assert item(database, one).due_at == clock() + timedelta(seconds=1)  # half of two seconds
    assert worker.run_once() == {}
    clock.move(seconds=1)
    assert worker.run_once() == {Verdict.RETRY: 1}
    clock.move(seconds=2)
    assert worker.run_once() == {Verdict.DELIVERED: 1}
    assert item(database, one).attempts == 3


def test_row_is_dead_after_the_last_attempt(
    database: Session, add_item: AddItem, make_worker: MakeWorker, clock: Clock
) -> None:
    one, worker = add_item(), make_worker(ScriptedSender(*[RETRY] * LAST_ATTEMPT))
    for _ in range(LAST_ATTEMPT):
        clock.move(hours=1)
        worker.run_once()
    assert item(database, one).status == "dead"


def test_refused_row_is_dead_with_the_answer_and_can_be_put_back(
    database: Session, add_item: AddItem, make_worker: MakeWorker, environment: dict[str, str], clock: Clock
) -> None:
    one, worker = add_item(), make_worker(ScriptedSender(DEAD))
    assert worker.run_once() == {Verdict.DEAD: 1}
    command = CliRunner(env=environment)
    listed = command.invoke(main, ["outbox", "list"]).output
    assert str(one) in listed
    assert "400: wrong statement" in listed
    assert command.invoke(main, ["outbox", "resend", "--all"]).output == "1 put back\n"
    again = item(database, one)
    assert (again.status, again.attempts) == ("waiting", 0)
    clock.move(days=3650)  # the command has the real clock
    assert worker.run_once() == {Verdict.DELIVERED: 1}


def test_only_dead_rows_are_put_back(database: Session, add_item: AddItem, now: datetime) -> None:
    one = add_item()
    with pytest.raises(NotDead), writing(database):
        requeue(database, one, now)
    with pytest.raises(NotDead), writing(database):
        requeue(database, uuid4(), now)


def test_command_wants_one_row_or_all(environment: dict[str, str]) -> None:
    command = CliRunner(env=environment)
    assert command.invoke(main, ["outbox", "resend"]).exit_code == 2
    assert command.invoke(main, ["outbox", "resend", str(uuid4()), "--all"]).exit_code == 2
    assert command.invoke(main, ["outbox", "resend", str(uuid4())]).exit_code == 1


def test_sender_that_raises_is_a_retry_and_others_go_on(
    add_item: AddItem, make_worker: MakeWorker, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        add_item()
    assert make_worker(ScriptedSender(RuntimeError("bug"))).run_once() == {
        Verdict.RETRY: 1,
        Verdict.DELIVERED: 1,
    }
    assert "sending outbox" in caplog.text


def test_what_was_delivered_once_stays_delivered(
    database: Session, add_item: AddItem, make_worker: MakeWorker, now: datetime
) -> None:
    one = add_item()
    make_worker(ScriptedSender()).run_once()
    # Another worker whose lease had run out comes back.
    late = Sent(ClaimedItem(one, AGS, "{}", 0, NOWHERE), DEAD, now + timedelta(minutes=1))
    with writing(database):
        mark_all(database, [late], uuid4(), lambda: 0.5)
    assert item(database, one).status == "delivered"


def test_state_does_not_depend_on_the_order_of_reading(now: datetime) -> None:
    attempts = [
        DeliveryAttempt(id=uuid4(), at=now + timedelta(minutes=minute), outcome=outcome, retry_at=now)
        for minute, outcome in enumerate(("retry", "dead", "requeued", "retry"))
    ]
    state = state_after(now, attempts)
    assert (state.status, state.attempts) == ("waiting", 1)
    assert state_after(now, reversed(attempts)) == state


def test_no_transaction_is_open_while_sending(
    add_item: AddItem, sessions: sessionmaker[Session], clock: Clock
) -> None:
    add_item()

    def send(_payload: object, factory: sessionmaker[Session], _now: datetime) -> Outcome:
        with factory() as other, writing(other):  # would wait for the lock for ever
            other.add(DeliveryAttempt(id=uuid4(), outbox_id=uuid4(), at=clock(), outcome="retry"))
        return Outcome(Verdict.DELIVERED)

    assert Worker(sessions, {AGS: send}, clock=clock, draw=lambda: 0.5).run_once() == {Verdict.DELIVERED: 1}


def test_periodic_job_runs_at_its_interval_and_may_fail(
    sessions: sessionmaker[Session], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[datetime] = []

    def job(_sessions: sessionmaker[Session], now: datetime) -> None:
        ran.append(now)
        raise RuntimeError("bug")

    every_minute = PeriodicJob("job", timedelta(minutes=1), job)
    worker = Worker(sessions, {}, clock=clock, draw=lambda: 0.5, jobs=[every_minute])
    for _ in range(5):
        worker.run_once()
        clock.move(seconds=30)
    assert len(ran) == 3
    assert "the periodic job job failed" in caplog.text


def test_worker_told_to_stop_finishes_what_it_is_sending(
    database: Session, add_item: AddItem, sessions: sessionmaker[Session], clock: Clock
) -> None:
    for _ in range(5):
        add_item()
    sending, over = threading.Event(), threading.Event()

    def slow(_payload: object, _factory: object, _now: datetime) -> Outcome:
        sending.set()
        over.wait(10)
        return Outcome(Verdict.DELIVERED)

    worker = Worker(sessions, {AGS: slow}, clock=clock, draw=lambda: 0.5)
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert sending.wait(10)
    worker.stop.set()
    over.set()
    thread.join(10)
    database.rollback()
    statuses = Counter(database.scalars(select(OutboxItem.status)))
    assert statuses == {"delivered": 2, "waiting": 3}  # two at first to one destination
    assert database.scalar(select(func.count()).where(OutboxItem.lease.is_not(None))) == 0
