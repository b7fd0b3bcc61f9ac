"""The worker: claims due rows, sends them with no transaction open, marks what became of them."""

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.backoff import Draw
from lms_plugin.delivery.claim import Claim, ClaimedItem, claim, is_anything_due
from lms_plugin.delivery.marking import mark
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.sender import Sender
from lms_plugin.records.outbox_state import release
from lms_plugin.storage import writing

log = logging.getLogger(__name__)
BATCH = 20
# Longer than the slowest send, begun at its half: a score with a new token waits for four answers.
LEASE = timedelta(seconds=120)
NOBODY = UUID(int=0)
IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something to do every so often. Several workers may run it at once: it must bear that.

    One that waits long for others is done `apart`, in a thread of its own, so that deliveries go on; ended
    half-way with the process, it must go on where it was the next time.
    """

    name: str
    every: timedelta
    run: Callable[[sessionmaker[Session], datetime], object]
    apart: bool = False


class Worker:
    """`senders` by target: rows of other targets are left alone. `lease` must outlast the slowest send."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        senders: Mapping[str, Sender],
        *,
        clock: Callable[[], datetime],
        draw: Draw,
        jobs: Sequence[PeriodicJob] = (),
        lease: timedelta = LEASE,
    ) -> None:
        self.sessions = sessions
        self.senders = senders
        self.clock = clock
        self.draw = draw
        self.jobs = jobs
        self.lease = lease
        self.stop = threading.Event()
        self._ran: dict[str, datetime] = {}
        self._apart: dict[str, threading.Thread] = {}

    def run(self) -> None:
        """Works until `stop` is set; a send that has begun is finished and marked first."""
        while not self.stop.is_set():
            try:
                self.run_due_jobs()
                idle = not self.deliver_batch()
            except SQLAlchemyError as error:
                # The database is away or locked: nothing is lost, leases run out, and it comes back.
                log.warning("database trouble: %s", type(error).__name__)
                self.stop.wait(TROUBLE_SECONDS)
                continue
            if idle:
                self.stop.wait(IDLE_SECONDS)

    def run_once(self) -> Counter[Verdict]:
        """Runs every job and delivers until nothing is due any more; returns how often each verdict came."""
        self.run_due_jobs()
        for thread in self._apart.values():
            thread.join()
        total: Counter[Verdict] = Counter()
        while not self.stop.is_set():
            verdicts = self.deliver_batch()
            if not verdicts:
                break
            total += verdicts
        return total

    def run_due_jobs(self) -> None:
        """Runs the jobs whose time has come; one that fails is logged and comes again."""
        for job in self.jobs:
            now = self.clock()
            if job.name in self._ran and now - self._ran[job.name] < job.every:
                continue
            self._ran[job.name] = now
            if job.apart:
                self._run_apart(job, now)
            else:
                self._run_job(job, now)

    def _run_apart(self, job: PeriodicJob, now: datetime) -> None:
        if job.name in self._apart and self._apart[job.name].is_alive():
            return
        thread = threading.Thread(target=self._run_job, args=(job, now), name=job.name, daemon=True)
        self._apart[job.name] = thread
        thread.start()

    def _run_job(self, job: PeriodicJob, now: datetime) -> None:
        try:
            job.run(self.sessions, now)
        except Exception:  # a job of another room must not stop deliveries
            log.exception("the periodic job %s failed", job.name)

    def deliver_batch(self) -> Counter[Verdict]:
        """Claims some rows and delivers them one after the other; returns how often each verdict came."""
        claimed = self._claim()
        verdicts: Counter[Verdict] = Counter()
        left = list(claimed.items)
        # What cannot be sent well before the lease runs out is left to the next claim.
        while left and not self.stop.is_set() and self.clock() < claimed.until - self.lease / 2:
            verdicts[self._deliver(left.pop(0), claimed)] += 1
        if left:
            with self.sessions() as database, writing(database):
                release(database, claimed.lease, [item.id for item in left])
        return verdicts

    def _claim(self) -> Claim:
        now, targets = self.clock(), tuple(self.senders)
        with self.sessions() as database:
            if not is_anything_due(database, targets, now):
                return Claim(lease=NOBODY, until=now, items=())
            with writing(database):
                return claim(database, targets, now, lease=self.lease, limit=BATCH)

    def _deliver(self, item: ClaimedItem, claimed: Claim) -> Verdict:
        outcome = self._send(item)
        with self.sessions() as database, writing(database):
            verdict = mark(database, item, claimed.lease, outcome, now=self.clock(), draw=self.draw)
        log.info("outbox %s to %s: %s %s", item.id, item.target, verdict, outcome.http_status or "")
        return verdict

    def _send(self, item: ClaimedItem) -> Outcome:
        try:
            return self.senders[item.target](json.loads(item.payload), self.sessions, self.clock())
        except Exception as error:  # whatever a sender did not foresee must not stop the others' deliveries
            log.exception("sending outbox %s failed", item.id)
            return Outcome(Verdict.RETRY, answer=type(error).__name__)
