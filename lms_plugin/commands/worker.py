"""`coalizione worker`: carries the outbox to LRSs and grade books, and runs the periodic jobs."""

import logging
import random
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.commands.console import json_option, now, refusing, say, settings
from lms_plugin.delivery.ags import AgsSender
from lms_plugin.delivery.forwarding.adopting import adopt_settings
from lms_plugin.delivery.forwarding.alarm import look_after_targets
from lms_plugin.delivery.forwarding.canary import Canary
from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.forwarding.trusting import forwarding_outbound
from lms_plugin.delivery.jobs import PeriodicJob
from lms_plugin.delivery.outcome import Verdict
from lms_plugin.delivery.sender import Sender
from lms_plugin.delivery.worker import Worker
from lms_plugin.log_lines import JsonFormatter, install_json_logs
from lms_plugin.lti.key_rotation import keep_keys
from lms_plugin.lti.launch_report import purge_launch_reports
from lms_plugin.lti.parking import purge_parked
from lms_plugin.migration import require_migrated
from lms_plugin.outbound import Outbound
from lms_plugin.proofs.jobs import ProofJob
from lms_plugin.records.derivation import AGS
from lms_plugin.rosters.jobs import RosterJob
from lms_plugin.settings import Settings
from lms_plugin.storage import make_engine, session_factory, writing
from lms_plugin.web.visit_table import purge_visits
from lms_plugin.webinars.jobs import WebinarJob
from lms_plugin.webinars.tickets import purge_tickets

log = logging.getLogger("coalizione.worker")


@click.command("worker")
@click.option("--once", is_flag=True, help="Deliver what is due now and end.")
@click.option(
    "--lease",
    "lease_seconds",
    default=120,
    show_default=True,
    type=click.IntRange(1, 3600),
    help="Seconds after which another worker takes over what a killed one was sending.",
)
@json_option
@refusing
def worker_command(*, once: bool, lease_seconds: int, as_json: bool) -> None:
    """Deliver statements and scores, and run the periodic jobs, until Ctrl-C or SIGTERM."""
    chosen = settings()
    install_json_logs(chosen.log_level, JsonFormatter())
    engine = make_engine(chosen.database_url)
    require_migrated(engine)
    with session_factory(engine)() as database, writing(database):
        adopt_settings(database, chosen, now())
    worker = make_worker(chosen, engine, timedelta(seconds=lease_seconds))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopping(worker))
    log.info("worker started")
    if not once:
        worker.run()
        return
    counted = worker.run_once()
    facts = {str(verdict): counted[verdict] for verdict in Verdict}
    say(", ".join(f"{count} {verdict}" for verdict, count in facts.items()), facts, as_json=as_json)


def make_worker(chosen: Settings, engine: Engine, lease: timedelta) -> Worker:
    """The worker of this installation: its grade books, its targets and its periodic jobs."""
    sessions, draw = session_factory(engine), random.SystemRandom().random
    return Worker(
        sessions,
        senders(chosen),
        clock=now,
        draw=draw,
        jobs=periodic_jobs(chosen),
        lease=lease,
        forwarder=Forwarder(
            sessions, forwarding_outbound(chosen), chosen.secret_key, clock=now, draw=draw, lease=lease
        ),
    )


def senders(chosen: Settings) -> dict[str, Sender]:
    """Who sends what waits in the outbox."""
    return {AGS: AgsSender(Outbound(chosen.trusted_hosts), chosen.secret_key)}


def periodic_jobs(chosen: Settings) -> tuple[PeriodicJob, ...]:
    """What else the worker does every so often."""
    rosters = RosterJob(chosen, now)
    canary = Canary(forwarding_outbound(chosen), chosen.secret_key, chosen.public_url)
    return (
        PeriodicJob("webinars", timedelta(seconds=2), WebinarJob(chosen).run),
        PeriodicJob("rosters", timedelta(seconds=2), rosters.run, apart=True),
        PeriodicJob("forget who left", timedelta(hours=1), rosters.forget),
        PeriodicJob("purge", timedelta(hours=1), purge),
        PeriodicJob("targets", timedelta(seconds=30), look_after_targets),
        PeriodicJob("canary", timedelta(minutes=1), canary.run, apart=True),
        PeriodicJob("proofs", timedelta(minutes=10), ProofJob(chosen).run, apart=True),
        PeriodicJob("keys", timedelta(hours=1), _key_job(chosen.secret_key)),
    )


def _key_job(secret_key: str) -> Callable[[sessionmaker[Session], datetime], object]:
    """Keeps our keys as their schedule asks."""

    def run(sessions: sessionmaker[Session], moment: datetime) -> None:
        with sessions() as database:
            keep_keys(database, secret_key, moment)

    return run


def purge(sessions: sessionmaker[Session], moment: datetime) -> None:
    """Forgets what is over: launch reports, parked launches, visits, join tickets that nobody used."""
    with sessions() as database, writing(database):
        purge_launch_reports(database, moment)
        purge_parked(database, moment)
        purge_visits(database, moment)
        purge_tickets(database, moment)


def _stopping(worker: Worker) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    return stop
