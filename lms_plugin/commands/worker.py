"""`coalizione worker`: carries the outbox to LRSs and grade books, and runs the periodic jobs."""

import logging
import random
import signal
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import click
from sqlalchemy import Engine

from lms_plugin.commands.console import json_option, now, refusing, say, settings
from lms_plugin.delivery.lrs import LrsSender
from lms_plugin.delivery.outcome import Verdict
from lms_plugin.delivery.sender import Sender
from lms_plugin.delivery.worker import PeriodicJob, Worker
from lms_plugin.migration import require_migrated
from lms_plugin.records.derivation import LRS
from lms_plugin.settings import Settings
from lms_plugin.storage import make_engine, session_factory


@click.command("worker")
@click.option("--once", is_flag=True, help="Deliver what is due now and end.")
@click.option(
    "--lease",
    "lease_seconds",
    default=60,
    show_default=True,
    type=click.IntRange(1, 3600),
    help="Seconds after which another worker takes over what a killed one was sending.",
)
@json_option
@refusing
def worker_command(*, once: bool, lease_seconds: int, as_json: bool) -> None:
    """Deliver statements and scores, and run the periodic jobs, until Ctrl-C or SIGTERM."""
    chosen = settings()
    logging.basicConfig(level=chosen.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    engine = make_engine(chosen.database_url)
    require_migrated(engine)
    worker = make_worker(chosen, engine, timedelta(seconds=lease_seconds))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopping(worker))
    if not once:
        worker.run()
        return
    counted = worker.run_once()
    facts = {str(verdict): counted[verdict] for verdict in Verdict}
    say(", ".join(f"{count} {verdict}" for verdict, count in facts.items()), facts, as_json=as_json)


def make_worker(chosen: Settings, engine: Engine, lease: timedelta) -> Worker:
    """The worker of this installation: its targets and its periodic jobs."""
    return Worker(
        session_factory(engine),
        senders(chosen),
        clock=now,
        draw=random.SystemRandom().random,
        jobs=periodic_jobs(chosen),
        lease=lease,
    )


def senders(chosen: Settings) -> dict[str, Sender]:
    """Who sends to each kind of target."""
    found: dict[str, Sender] = {}
    if chosen.lrs_endpoint:
        found[LRS] = LrsSender(chosen.lrs_endpoint, chosen.lrs_key, chosen.lrs_secret)
    return found


def periodic_jobs(chosen: Settings) -> tuple[PeriodicJob, ...]:
    """What else the worker does every so often."""
    del chosen
    return ()


def _stopping(worker: Worker) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    return stop
