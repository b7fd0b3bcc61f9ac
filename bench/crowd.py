"""A crowd at nine in the morning: people launch at their own moments, whatever the server is doing.

  .venv/bin/python bench/crowd.py [--people 2000] [--seconds 60] [--pace PER_SECOND] [--database postgresql]

Arrivals are spread evenly at random over the seconds (or come at `--pace`), each a whole launch: login
initiation, signed message, first page. An arrival that waits because the client is late counts its wait.
Signing is left out of the times. Prints one JSON line: how many got in, and how long it took them.
Everything listens on 127.0.0.1 and is gone afterwards; it stops by itself after `--seconds` and two minutes.
"""

import argparse
import contextlib
import json
import random
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lti_load
from contenders import Contender, create_database, ours, platform
from lean_browser import Browser
from run import fetches

from tests.services.postgresql import cluster

CLIENT_THREADS = 64
GRACE_SECONDS = 120


@dataclass(frozen=True)
class Crowd:
    """Who comes, and when after the start, in seconds."""

    load: lti_load.Load
    moments: tuple[float, ...]

    def arrive(self) -> dict[str, Any]:
        """Lets them all come; what it was like for them."""
        started = time.perf_counter()
        with ThreadPoolExecutor(CLIENT_THREADS) as pool:
            arrivals = [pool.submit(self._come, started, at, n) for n, at in enumerate(self.moments)]
            waits = [arrival.result() for arrival in arrivals]
        inside = sorted(seconds for seconds, failure in waits if not failure)
        failures = [failure for _seconds, failure in waits if failure]
        return {
            "people": len(waits),
            "got_in": len(inside),
            "seconds": round(time.perf_counter() - started, 1),
            "p50_ms": round(inside[len(inside) // 2] * 1000, 1) if inside else None,
            "p99_ms": round(inside[len(inside) * 99 // 100] * 1000, 1) if inside else None,
            "slowest_ms": round(inside[-1] * 1000, 1) if inside else None,
            "failures": failures[:3],
        }

    def _come(self, started: float, at: float, number: int) -> tuple[float, str]:
        time.sleep(max(0.0, started + at - time.perf_counter()))
        late = max(0.0, time.perf_counter() - started - at)
        person = lti_load.Person(f"crowd-{number}")
        browser = Browser(urlsplit(self.load.login).netloc)  # everybody has a browser of their own
        failure = lti_load.failure_of(self._launch, browser, person)
        browser.forget()
        return late + person.seconds, failure

    def _launch(self, browser: Browser, person: lti_load.Person) -> None:
        self.load.log_in(browser, person)
        with _SIGNING:  # one signature at a time: the client must not starve the server of the machine
            self.load.sign(person)
        self.load.send(browser, person)


_SIGNING = threading.Lock()


def moments(people: int, seconds: float, pace: float | None) -> tuple[float, ...]:
    """When each comes: at random over the seconds, or one after the other at this pace."""
    if pace:
        return tuple(number / pace for number in range(people))
    chance = random.Random(9)
    return tuple(sorted(chance.uniform(0, seconds) for _ in range(people)))


@contextlib.contextmanager
def served(kind: str, folder: Path) -> Any:
    """Our server on this kind of database, and the address of the platform that it knows."""
    with contextlib.ExitStack() as stack:
        jwks = stack.enter_context(platform(folder))
        url = f"sqlite:///{folder}/crowd.db"
        if kind == "postgresql":
            url = create_database(stack.enter_context(cluster(durable=True)), "crowd")
        server: Contender = stack.enter_context(ours("ours", url, jwks, folder))
        yield server, jwks


def main() -> int:
    """The command line; 1 when somebody did not get in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pace", type=float, help="launches per second instead of a crowd in --seconds")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    chosen = parser.parse_args()
    coming = moments(chosen.people, chosen.seconds, chosen.pace)
    signal.alarm(int(coming[-1]) + GRACE_SECONDS)
    with tempfile.TemporaryDirectory(prefix="coalizione-crowd-") as name:
        folder = Path(name)
        with served(chosen.database, folder) as (server, jwks):
            load = lti_load.Load(lti_load.platform_key(folder), server.login, server.launch, CLIENT_THREADS)
            before = fetches(jwks)
            result = Crowd(load, coming).arrive()
            result |= {"key_set_fetches": fetches(jwks) - before, "database": chosen.database}
    print(json.dumps(result))
    return 0 if result["got_in"] == result["people"] else 1


if __name__ == "__main__":
    sys.exit(main())
