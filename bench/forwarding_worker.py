"""Starts forwarders with a fast clock: everything is imported once, and each process is forked from here.

Reads one line for each, `start`, and answers with the process id. See bench.forwarding.
"""

import logging
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lms_plugin.delivery.forwarding.alarm import look_after_targets
from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.outbound import Outbound
from lms_plugin.storage import make_engine, session_factory

SECRET = "a secret for the benchmark only, long enough"  # noqa: S105 - of a database that is thrown away
LEASE_SECONDS = 2.0  # of real time
TIMEOUT = (1.0, 5.0)


@dataclass(frozen=True)
class SimulatedClock:
    """Began at the real time `began` (seconds since 1970) and runs `speed` times as fast."""

    began: float
    speed: float

    @classmethod
    def now(cls, speed: float) -> "SimulatedClock":
        """One that begins now."""
        return cls(time.time(), speed)

    def __call__(self) -> datetime:
        """The simulated time."""
        return datetime.fromtimestamp(self.began + (time.time() - self.began) * self.speed, UTC)


def forward(url: str, clock: SimulatedClock, alarms: Path) -> None:
    """Forwards and looks after the targets until the process is killed."""
    handler = _Notebook(alarms, clock)
    logging.getLogger("coalizione.forwarding").addHandler(handler)
    sessions, stop = session_factory(make_engine(url)), threading.Event()
    Forwarder(
        sessions, Outbound(frozenset({"127.0.0.1"}), timeout=TIMEOUT), SECRET, clock=clock,
        draw=random.random, lease=timedelta(seconds=LEASE_SECONDS * clock.speed), idle_seconds=0.02,
    ).start(stop)  # fmt: skip
    while True:
        look_after_targets(sessions, clock())
        time.sleep(30 / clock.speed)


class _Notebook(logging.Handler):
    """Writes down each error with the simulated time."""

    def __init__(self, path: Path, clock: SimulatedClock) -> None:
        super().__init__(logging.ERROR)
        self.path, self.clock = path, clock

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        with self.path.open("a") as notebook:
            notebook.write(f"{self.clock().isoformat()} {record.getMessage()}\n")


def main() -> None:
    """Forks a process for each line until the input ends."""
    url, began, speed, alarms = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried at once
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                random.seed()
                forward(url, SimulatedClock(float(began), float(speed)), Path(alarms))
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
