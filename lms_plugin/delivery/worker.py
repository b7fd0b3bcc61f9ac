"""The worker: claims due rows, sends some at once to each destination, marks what became of them.

One thread claims and marks; a few send, with no transaction open. What came back meanwhile is marked in one
transaction with the next claim, so that thousands of rows do not cost thousands of commits.
"""

import json
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.backoff import Draw
from lms_plugin.delivery.claim import Claim, ClaimedItem, Lease, claim, extend
from lms_plugin.delivery.destinations import due_destinations, is_anything_unrouted, route
from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.gate import Gate
from lms_plugin.delivery.jobs import Jobs, PeriodicJob
from lms_plugin.delivery.marking import Sent, mark_all
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.sender import Sender
from lms_plugin.storage import writing

log = logging.getLogger(__name__)
# How long a row stays ours without a sign of life; renewed while it is being sent.
LEASE = timedelta(seconds=120)
IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
LOOK_AGAIN = timedelta(seconds=0.5)
BACK_SECONDS = 0.25  # how long to wait for the next one to come back before looking for new rows


class Worker:
    """`senders` by target: rows of other targets are left alone."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        senders: Mapping[str, Sender],
        *,
        clock: Callable[[], datetime],
        draw: Draw,
        jobs: Sequence[PeriodicJob] = (),
        lease: timedelta = LEASE,
        gate: Gate | None = None,
        forwarder: Forwarder | None = None,
    ) -> None:
        self.sessions = sessions
        self.senders = senders
        self.clock = clock
        self.draw = draw
        self.jobs = Jobs(jobs, sessions, clock)
        self.lease = lease
        self.gate = gate or Gate()
        self.forwarder = forwarder
        self.stop = threading.Event()
        self.total: Counter[Verdict] = Counter()
        self._name = uuid4()  # all leases of this worker: nobody else's
        self._renewed = self._looked = clock()
        self._due: dict[UUID, str] = {}  # where something was due when we last looked
        self._back: queue.SimpleQueue[Sent] = queue.SimpleQueue()
        self._unmarked: list[Sent] = []

    def run(self) -> None:
        """Works until `stop` is set; a send that has begun is finished and marked first."""
        besides = [self.jobs.start(self.stop)]
        if self.forwarder is not None:
            besides.append(self.forwarder.start(self.stop))
        with ThreadPoolExecutor(self.gate.at_once, thread_name_prefix="sending") as pool:
            while not self.stop.is_set():
                moved = self._survived(lambda: self._round(pool))
                if moved is None:
                    self.stop.wait(TROUBLE_SECONDS)
                elif not moved and not self.gate.on_their_way:
                    self.stop.wait(IDLE_SECONDS)
            self._come_home()
        for thread in besides:
            thread.join()

    def run_once(self) -> Counter[Verdict]:
        """Runs every job and delivers until nothing is due any more; returns how often each verdict came."""
        self.jobs.run_all()
        self.total.clear()
        with ThreadPoolExecutor(self.gate.at_once, thread_name_prefix="sending") as pool:
            while not self.stop.is_set() and (self._round(pool) or self.gate.on_their_way):
                pass
            self._come_home()
        if self.forwarder is not None:
            self.total += self.forwarder.run_once()
        return +self.total

    def _survived(self, work: Callable[[], int]) -> int | None:
        try:
            return work()
        except SQLAlchemyError as error:
            # The database is away or locked: nothing is lost, what came back is marked later.
            log.warning("database trouble: %s", type(error).__name__)
            return None

    def _come_home(self) -> None:
        """Waits for all that is out, and marks it."""
        while self.gate.on_their_way or self._unmarked:
            self._gather()
            if self._survived(self._mark_and_renew) is None:
                return  # leases run out, and another worker goes on

    def _round(self, pool: ThreadPoolExecutor) -> int:
        """Marks what came back, claims and sends what there is room for; returns how many rows it moved."""
        self._gather()
        now = self.clock()
        room = self._room(now)
        if not room:
            return self._mark_and_renew()
        with self.sessions() as database, writing(database):
            verdicts = self._mark(database)
            claims = [self._claim(database, where, limit, now) for (where, _target), limit in room.items()]
        for (destination, _target), one in zip(room, claims, strict=True):
            if not one.items and not one.superseded:
                self._due.pop(destination)  # no more there than we thought: look again
        superseded = sum(one.superseded for one in claims)
        moved = len(self._unmarked) + superseded
        self._unmarked.clear()
        self.total += verdicts + Counter({Verdict.SUPERSEDED: superseded})
        return moved + sum(self._carry_all(one.items, pool) for one in claims)

    def _claim(self, database: Session, destination: UUID, limit: int, now: datetime) -> Claim:
        lease = Lease(self._name, now + self.lease)
        return claim(database, destination, now, lease=lease, limit=limit)

    def _carry_all(self, items: Sequence[ClaimedItem], pool: ThreadPoolExecutor) -> int:
        for item in items:
            self.gate.went(item.destination, 1)
            pool.submit(self._carry, item)
        return len(items)

    def _room(self, now: datetime) -> dict[tuple[UUID, str], int]:
        """How many rows each destination with something due may have now."""
        if self.stop.is_set() or self.gate.on_their_way >= self.gate.at_once:
            return {}
        if not self._due or not self._looked <= now < self._looked + LOOK_AGAIN:
            self._due, self._looked = self._look(now), now
        shares = self.gate.share(self._due, now)
        return {(destination, self._due[destination]): number for destination, number in shares.items()}

    def _look(self, now: datetime) -> dict[UUID, str]:
        with self.sessions() as database:
            if is_anything_unrouted(database):
                with writing(database):
                    route(database)
            return dict(due_destinations(database, tuple(self.senders), now))

    def _gather(self) -> None:
        """Takes in what is back; waits a little for the first while something is out."""
        wait = self.gate.on_their_way > 0 and not self._unmarked
        try:
            while True:
                sent = self._back.get(block=wait, timeout=BACK_SECONDS)
                wait = False
                outcome = sent.outcome
                self.gate.came_back(
                    sent.item.destination, sent.at, trouble=outcome.trouble, asked=outcome.after
                )
                self._unmarked.append(sent)
        except queue.Empty:
            return

    def _mark_and_renew(self) -> int:
        marked = len(self._unmarked)
        if marked:
            with self.sessions() as database, writing(database):
                verdicts = self._mark(database)
            self._unmarked.clear()
            self.total += verdicts
        elif self.gate.on_their_way and self.clock() - self._renewed >= self.lease / 3:
            with self.sessions() as database, writing(database):
                self._renew(database)
        return marked

    def _mark(self, database: Session) -> Counter[Verdict]:
        if not self._unmarked:
            return Counter()
        verdicts = mark_all(database, self._unmarked, self._name, self.draw)
        for sent, verdict in zip(self._unmarked, verdicts, strict=True):
            log.info(
                "outbox %s to %s: %s %s",
                sent.item.id,
                sent.item.target,
                verdict,
                sent.outcome.http_status or "",
            )
        if self.clock() - self._renewed >= self.lease / 3:
            self._renew(database)
        return Counter(verdicts)

    def _renew(self, database: Session) -> None:
        self._renewed = self.clock()
        extend(database, Lease(self._name, self._renewed + self.lease))

    def _carry(self, item: ClaimedItem) -> None:
        """In a thread of its own: sends one, and reports."""
        self._back.put(Sent(item, self._send(item), self.clock()))

    def _send(self, item: ClaimedItem) -> Outcome:
        try:
            return self.senders[item.target](json.loads(item.payload), self.sessions, self.clock())
        except Exception as error:  # whatever a sender did not foresee must not stop the others' deliveries
            log.exception("sending outbox %s failed", item.id)
            return Outcome(Verdict.RETRY, answer=type(error).__name__)
