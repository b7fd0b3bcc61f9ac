"""Carries statements to targets: one thread for each that has something waiting, batch after batch."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.backoff import Draw
from lms_plugin.delivery.forwarding.lateness import is_any_late, take_in_late
from lms_plugin.delivery.forwarding.leasing import Hold, due_targets, release, take
from lms_plugin.delivery.forwarding.packing import pack
from lms_plugin.delivery.forwarding.posting import Meaning, Reply, post_statements
from lms_plugin.delivery.forwarding.selection import Batch, next_batch
from lms_plugin.delivery.forwarding.settling import Settled, settle
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.delivery.outcome import Verdict
from lms_plugin.delivery.retry_after import MISCONFIGURED_WAIT
from lms_plugin.outbound import Outbound
from lms_plugin.storage import writing

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)  # longer than one request may take
IDLE_SECONDS = 1.0
MOST_TARGETS_AT_ONCE = 8
SEALED = "the secret was sealed under another COALIZIONE_SECRET_KEY: give it anew"


class Forwarder:
    """The forwarding part of a worker."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        outbound: Outbound,
        secret_key: str,
        *,
        clock: Callable[[], datetime],
        draw: Draw,
        lease: timedelta = LEASE,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.sessions = sessions
        self.outbound = outbound
        self.secret_key = secret_key
        self.clock = clock
        self.draw = draw
        self.lease = lease
        self.idle_seconds = idle_seconds
        self.stop = threading.Event()
        self._name = uuid4()
        self._out: dict[UUID, Future[Counter[Verdict]]] = {}

    def start(self, stop: threading.Event) -> threading.Thread:
        """A thread that forwards until `stop` is set; the requests in hand are finished and settled."""
        self.stop = stop
        thread = threading.Thread(target=self._run, name="forwarding")
        thread.start()
        return thread

    def _run(self) -> None:
        with ThreadPoolExecutor(MOST_TARGETS_AT_ONCE, thread_name_prefix="forwarding") as pool:
            while not self.stop.is_set():
                self._look(pool)
                self.stop.wait(self.idle_seconds)

    def run_once(self) -> Counter[Verdict]:
        """Forwards until nothing is due any more; returns how many were delivered and how many are dead."""
        total: Counter[Verdict] = Counter()
        with ThreadPoolExecutor(MOST_TARGETS_AT_ONCE, thread_name_prefix="forwarding") as pool:
            while self._look(pool):
                total += self._come_home()
        return +total

    def _come_home(self) -> Counter[Verdict]:
        done = [one.result() for one in self._out.values()]
        self._out.clear()
        return sum(done, Counter())

    def _look(self, pool: ThreadPoolExecutor) -> int:
        """Starts with each target that has something to do; returns with how many."""
        for one in [one for one, future in self._out.items() if future.done()]:
            self._out.pop(one)
        try:
            waiting = self._waiting()
        except SQLAlchemyError as error:
            log.warning("database trouble: %s", type(error).__name__)
            return 0
        for one in waiting:
            self._out[one] = pool.submit(self._serve, one)
        return len(waiting)

    def _waiting(self) -> list[UUID]:
        now = self.clock()
        with self.sessions() as database:
            if is_any_late(database):
                with writing(database):
                    take_in_late(database)
            due = due_targets(database, now, self._out)
            return [target.id for target in due if next_batch(database, target, 1).moves]

    def _serve(self, target_id: UUID) -> Counter[Verdict]:
        """In a thread of its own: sends to one target until it has all, or is to be left alone."""
        counted: Counter[Verdict] = Counter()
        try:
            hold = self._take(target_id)
            while hold is not None:
                settled = self._step(hold)
                counted += Counter({Verdict.DELIVERED: settled.stored, Verdict.DEAD: settled.dead})
                if not settled.goes_on or self.stop.is_set():
                    self._release(hold)
                    break
        except SQLAlchemyError as error:
            # The lease runs out, and somebody sends the same again: the target has it then already.
            log.warning("database trouble: %s", type(error).__name__)
        except Exception:  # whatever nobody foresaw about one target must not stop the others
            log.exception("forwarding to %s failed", target_id)
        return counted

    def _take(self, target_id: UUID) -> Hold | None:
        now = self.clock()
        with self.sessions() as database, writing(database):
            until = now + self.lease
            return take(database, target_id, self.secret_key, now, lease=self._name, until=until)

    def _release(self, hold: Hold) -> None:
        with self.sessions() as database, writing(database):
            release(database, hold)

    def _step(self, hold: Hold) -> Settled:
        with self.sessions() as database:
            target = database.get(ForwardingTarget, hold.target_id)
            if target is None:
                return Settled(goes_on=False)
            batch = next_batch(database, target, target.at_once)
        if not batch.moves:
            return Settled(goes_on=False)
        batch, reply = self._send(hold, target, batch)
        now = self.clock()
        with self.sessions() as database, writing(database):
            until = now + self.lease
            settled = settle(database, hold, batch, reply, now, draw=self.draw, until=until)
        if reply is not None:
            log.info("forwarded %s to %s: %s", len(batch.items), target.name, reply.status or reply.meaning)
        return settled

    def _send(self, hold: Hold, target: ForwardingTarget, batch: Batch) -> tuple[Batch, Reply | None]:
        """What was sent of the batch, and the answer; what cannot go at all is answered by ourselves."""
        if not batch.items:
            return batch, None
        if hold.address is None:
            return batch, Reply(Meaning.LATER, words=SEALED, wait=MISCONFIGURED_WAIT)
        with self.sessions() as database:
            packed = pack(database, batch.items, target.version)
        if isinstance(packed, str):
            return batch.first(1), Reply(Meaning.UNSENDABLE, words=packed)
        sent = batch.first(len(packed.ids))
        return sent, post_statements(self.outbound, hold.address, packed, self.clock())
