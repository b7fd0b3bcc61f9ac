"""Ten thousand scores for an LMS that fails by chance, beside a healthy one and a dead one.

    .venv/bin/python bench/scores.py [--scores N] [--others N] [--database sqlite|postgresql] [--only with]

Runs the real `coalizione worker` twice, with its real timeouts: without the dead LMS, and with it. The
practice LMSs, the database and the worker share this machine; everything listens on 127.0.0.1. Each run ends
by itself after 25 minutes. Then what arrived is compared with the newest score of each learner, post by
post.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lms_plugin.migration import migrate  # noqa: E402 - the path comes first
from lms_plugin.records.outbox import DeliveryAttempt  # noqa: E402
from lms_plugin.storage import make_engine, session_factory  # noqa: E402
from tests.services.databases import PostgresqlDatabases  # noqa: E402
from tests.services.postgresql import cluster  # noqa: E402
from tests.services.score_traffic import (  # noqa: E402
    Lms,
    add_scores,
    dead_lms,
    enrol,
    learn_more,
    mix,
    practice_lms,
    seen_by,
    tool_keys,
    waiting,
)

SECRET = "only for measuring, long enough for anybody"  # noqa: S105 - of a database that is thrown away
LONGEST_SECONDS = 1500.0
TIMEOUT_SECONDS = 11.0  # the worker waits 10


@contextlib.contextmanager
def database_url(kind: str) -> Iterator[str]:
    """An empty database of this kind, as durable as a real one."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/scores.db"
        return
    with cluster(durable=True) as maintenance:
        databases = PostgresqlDatabases(maintenance)
        yield databases.fresh()
        databases.engine.dispose()


@contextlib.contextmanager
def worker(url: str) -> Iterator[None]:
    """The real worker, told to stop at the end."""
    environment = {
        **os.environ,
        "COALIZIONE_SECRET_KEY": SECRET,
        "COALIZIONE_PUBLIC_URL": "https://formazione.example",
        "COALIZIONE_DATABASE_URL": url,
        "COALIZIONE_TRUSTED_HOSTS": "127.0.0.1",
        "COALIZIONE_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "lms_plugin.commands", "worker"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def run(url: str, scores: int, others: int, *, dead: bool) -> dict[str, Any]:
    """One run; what it took, and what the LMSs saw."""
    engine = make_engine(url)
    migrate(engine)
    past = datetime.now(UTC) - timedelta(minutes=1)
    with session_factory(engine)() as database, contextlib.ExitStack() as stack:
        keys = tool_keys(database, SECRET)
        flapping = stack.enter_context(practice_lms("flapping", keys, scores))
        healthy = stack.enter_context(practice_lms("healthy", keys, others))
        lmss = [(flapping, scores), (healthy, others)]
        if dead:
            lmss.append((stack.enter_context(dead_lms("dead")), others))
        for lms, people in lmss:
            enrol(database, lms, people, past)
            add_scores(database, lms.placements, 40, 1, past)
        flapping.ask("faults", {"mix": mix(TIMEOUT_SECONDS)})
        took, overtaken = _drain(url, database, flapping, healthy)
        told = _told(database, took, overtaken, flapping, healthy)
        told["left for the dead one"] = waiting(database, lmss[2][0]) if dead else 0
    engine.dispose()
    return told


def _drain(url: str, database: Session, flapping: Lms, healthy: Lms) -> tuple[dict[str, float], int]:
    """When each LMS has everything; meanwhile a few learners go on and get newer scores."""
    chance, took, overtaken = random.Random(20261124), dict[str, float](), 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with worker(url):
        begun = time.monotonic()
        positions = [2, 3, 4, 5]
        while positions or "flapping" not in took or "healthy" not in took:
            if positions and time.monotonic() - begun > 5 * (positions[0] - 1):
                overtaken += learn_more(database, flapping, 0.02, positions.pop(0), chance)
                took.pop("flapping", None)
            if time.monotonic() - begun > LONGEST_SECONDS:
                raise SystemExit(f"{waiting(database, flapping)} left after {LONGEST_SECONDS} s")
            time.sleep(0.25)
            for lms in (flapping, healthy):
                _note(database, took, lms, begun)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took["worker CPU"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, overtaken


def _note(database: Session, took: dict[str, float], lms: Lms, begun: float) -> None:
    if lms.name not in took and not waiting(database, lms):
        took[lms.name] = time.monotonic() - begun


def _told(
    database: Session, took: Mapping[str, float], more: int, flapping: Lms, healthy: Lms
) -> dict[str, Any]:
    database.rollback()
    counted = select(DeliveryAttempt.outcome, func.count()).group_by(DeliveryAttempt.outcome)
    outcomes = Counter({row[0]: row[1] for row in database.execute(counted)})
    seen = {lms.name: seen_by(database, lms) for lms in (flapping, healthy)}
    return {
        "seconds": {name: round(value, 1) for name, value in took.items()},
        "newer scores meanwhile": more,
        "attempts": dict(outcomes),
        "failures": flapping.ask("faults")["failed"],
        "answers to posts that were looked at": dict(seen["flapping"].statuses),
        "columns": {name: one.columns for name, one in seen.items()},
        "wrong": {name: one.wrong[:5] for name, one in seen.items()},
    }


def main() -> None:
    """Both runs, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scores", type=int, default=10_000)
    parser.add_argument("--others", type=int, default=1_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", choices=("without", "with"), help="One of the two runs alone.")
    chosen = parser.parse_args()
    found = {"load before": os.getloadavg()[0]}
    for name, dead in (("without the dead one", False), ("with it", True)):
        if chosen.only and (chosen.only == "with") is not dead:
            continue
        with database_url(chosen.database) as url:
            found[name] = run(url, chosen.scores, chosen.others, dead=dead)
        print(json.dumps({name: found[name]}, indent=1), flush=True)
    found["load after"] = os.getloadavg()[0]
    print(json.dumps({name: found[name] for name in ("load before", "load after")}))


if __name__ == "__main__":
    main()
