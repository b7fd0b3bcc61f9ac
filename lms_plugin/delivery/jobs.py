"""What the worker does every so often beside delivering, in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something to do every so often. Several workers may run it at once: it must bear that.

    One that waits long for others is done `apart`, in a thread of its own, so that the other jobs go on;
    ended half-way with the process, it must go on where it was the next time.
    """

    name: str
    every: timedelta
    run: Callable[[sessionmaker[Session], datetime], object]
    apart: bool = False


class Jobs:
    """Runs each job at its interval; a slow one delays only the jobs, never a delivery."""

    def __init__(
        self,
        jobs: Sequence[PeriodicJob],
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
    ) -> None:
        self.jobs = jobs
        self.sessions = sessions
        self.clock = clock
        self._ran: dict[str, datetime] = {}
        self._apart: dict[str, threading.Thread] = {}

    def run_due(self) -> None:
        """Runs the jobs whose time has come; one that fails is logged and comes again."""
        for job in self.jobs:
            now = self.clock()
            if job.name in self._ran and now - self._ran[job.name] < job.every:
                continue
            self._ran[job.name] = now
            if job.apart:
                self._run_apart(job, now)
            else:
                self._run(job, now)

    def run_all(self) -> None:
        """As `run_due`, and waits for those apart."""
        self.run_due()
        for thread in self._apart.values():
            thread.join()

    def _run_apart(self, job: PeriodicJob, now: datetime) -> None:
        if job.name in self._apart and self._apart[job.name].is_alive():
            return
        thread = threading.Thread(target=self._run, args=(job, now), name=job.name, daemon=True)
        self._apart[job.name] = thread
        thread.start()

    def _run(self, job: PeriodicJob, now: datetime) -> None:
        try:
            job.run(self.sessions, now)
        except Exception:  # a job of another room must not stop the others
            log.exception("the periodic job %s failed", job.name)

    def start(self, stop: threading.Event) -> threading.Thread:
        """A thread that runs them until `stop` is set; one that has begun is finished."""

        def work() -> None:
            while not stop.is_set():
                self.run_due()
                stop.wait(LOOK_SECONDS)

        thread = threading.Thread(target=work, name="periodic jobs")
        thread.start()
        return thread
