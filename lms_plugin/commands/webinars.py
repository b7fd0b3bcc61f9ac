"""`coalizione webinars plan|apply|status|attendance`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from course_content.loader import load_programmes
from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.errors import Refusal
from lms_plugin.settings import Settings
from lms_plugin.webinars import roster
from lms_plugin.webinars.jobs import catch_up
from lms_plugin.webinars.room import make_provider
from lms_plugin.webinars.sittings import booking, open_sitting, sittings
from lms_plugin.webinars.store import DatabaseStore
from webinar_connector.apply import Outcome, apply
from webinar_connector.plan import Step, compare, webinar_id
from webinar_connector.schedule import qualified_id, wanted_webinars


class UnknownWebinar(Refusal):
    """No programme here has it."""

    code = "unknown_webinar"


@click.group("webinars")
def webinars_group() -> None:
    """The webinars of the programmes on the video platform."""


def _steps(chosen: Settings, store: DatabaseStore) -> tuple[Step, ...]:
    return compare(wanted_webinars(load_programmes(chosen.programmes).values()), store.booked())


@webinars_group.command("plan")
@json_option
@refusing
def plan_command(*, as_json: bool) -> None:
    """Say what `apply` would do; nothing is changed."""
    chosen = settings()
    with open_database(chosen) as database:
        steps = _steps(chosen, DatabaseStore(database))
    lines = [f"{step.kind:7}{webinar_id(step)}" for step in steps]
    facts = [{"webinar": webinar_id(step), "step": step.kind} for step in steps]
    say("\n".join(lines) or "no programme has webinars", {"steps": facts}, as_json=as_json)


@webinars_group.command("apply")
@json_option
@refusing
def apply_command(*, as_json: bool) -> None:
    """Carry the plan out, saving after each step; a refused step gives status 1."""
    outcomes = book_all(settings(), now())
    say(_told(outcomes), {"outcomes": [asdict(outcome) for outcome in outcomes]}, as_json=as_json)
    if any(outcome.result in {"refused", "differs"} for outcome in outcomes):
        sys.exit(1)


def book_all(chosen: Settings, moment: datetime) -> tuple[Outcome, ...]:
    """Carries the whole plan out; raises NoVideoPlatform, DatabaseNotMigrated."""
    provider = make_provider(chosen)
    with open_database(chosen) as database:
        store = DatabaseStore(database)
        return tuple(apply(_steps(chosen, store), provider, store, moment))


def _told(outcomes: Sequence[Outcome]) -> str:
    lines = [f"{one.result:8}{one.webinar_id} {one.reason}".rstrip() for one in outcomes]
    if any(one.result == "ready" for one in outcomes):
        lines.append("ready: this platform keeps no calendar; the room is made when the trainer opens it")
    return "\n".join(lines) or "nothing to do"


@webinars_group.command("status")
@json_option
@refusing
def status_command(*, as_json: bool) -> None:
    """Show each webinar's booking and sittings, and the platform's self-test."""
    chosen = settings()
    with open_database(chosen) as database:
        rows = [_status(database, *one) for one in _every_webinar(chosen)]
    findings = make_provider(chosen).doctor()
    lines = [f"{row['webinar']:24}{row['state']:10}{row['sittings']} sittings" for row in rows]
    lines += [f"{finding.level}: {finding.sentence}" for finding in findings]
    facts = {"webinars": rows, "platform": [asdict(finding) for finding in findings]}
    say("\n".join(lines), facts, as_json=as_json)
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)


def _every_webinar(chosen: Settings) -> list[tuple[str, str]]:
    programmes = load_programmes(chosen.programmes).values()
    return [(programme.id, webinar.id) for programme in programmes for webinar in programme.webinars]


def _status(database: Session, programme_id: str, own_id: str) -> dict[str, Any]:
    booked = booking(database, programme_id, own_id)
    held = sittings(database, booked) if booked else []
    state = "open" if open_sitting(database, booked) else "held" if held else "booked" if booked else "wanted"
    return {"webinar": qualified_id(programme_id, own_id), "state": state, "sittings": len(held)}


@webinars_group.command("attendance")
@click.argument("webinar", metavar="PROGRAMME.WEBINAR")
@json_option
@refusing
def attendance_command(webinar: str, *, as_json: bool) -> None:
    """Settle what is over, and show who attended a webinar for how long."""
    chosen = settings()
    catch_up(chosen, now())
    programme_id, _, own_id = webinar.partition(".")
    if (programme_id, own_id) not in _every_webinar(chosen):
        raise UnknownWebinar(f"no programme here has {webinar}: `coalizione webinars status` lists them")
    with open_database(chosen) as database:
        booked = booking(database, programme_id, own_id)
        register = roster.attended(database, booked) if booked else []
    lines = [
        f"{line.name}: {line.minutes} min, {line.percent} %, {'reached' if line.reached else 'not reached'}"
        for line in register
    ]
    say("\n".join(lines) or "nobody yet", {"register": [asdict(line) for line in register]}, as_json=as_json)
