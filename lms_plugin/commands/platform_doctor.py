"""`coalizione platform doctor`: what became of the last launches, and the fix for those refused."""

from typing import Any

import click
from sqlalchemy.orm import Session

from lms_plugin.commands.console import json_option, open_database, refusing, say
from lms_plugin.commands.platform_check import english
from lms_plugin.connecting.checks import NAMES, results
from lms_plugin.connecting.diagnoses import DIAGNOSES, place_of
from lms_plugin.connecting.product_fixes import PRODUCT_FIXES
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.launch_history import (
    EVERYBODYS,
    REFUSED,
    Wanted,
    count_by_code,
    last_reports,
    measured_skew,
    strangers,
)
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.registering import RegistrationInvalid, all_registrations, find_registration


@click.command("doctor")
@click.option("--issuer", help="Only launches of this LMS; with --client-id.")
@click.option("--client-id", help="What the LMS calls this tool.")
@click.option("--refused", is_flag=True, help="Only launches that were refused.")
@click.option(
    "--last", default=10, show_default=True, type=click.IntRange(1, 50), help="How many launches to show."
)
@json_option
@refusing
def doctor_command(
    issuer: str | None, client_id: str | None, *, refused: bool, last: int, as_json: bool
) -> None:
    """Show the last launches: which of the eighteen checks failed, and what to do about it."""
    with open_database() as database:
        platform = _chosen(database, issuer, client_id)
        wanted = Wanted(platform_id=platform.id if platform else None, code=REFUSED if refused else None)
        known = {one.id: one for one in all_registrations(database)}
        told = [_launch(one, known) for one in last_reports(database, EVERYBODYS, wanted)[:last]]
        facts = {
            "launches": told,
            "codes": {code or "opened": count for code, count in count_by_code(database, EVERYBODYS, wanted)},
            "clocks": [_clock(database, one) for one in ([platform] if platform else known.values())],
            "unregistered": [] if platform else [_stranger(one) for one in strangers(database)],
        }
    say("\n".join(_lines(facts)), facts, as_json=as_json)


def _chosen(database: Session, issuer: str | None, client_id: str | None) -> Platform | None:
    if not issuer and not client_id:
        return None
    if not issuer or not client_id:
        raise RegistrationInvalid("--issuer and --client-id go together: see `coalizione platform list`")
    found = find_registration(database, issuer, client_id)
    if found is None:
        raise RegistrationInvalid("no such registration: see `coalizione platform list`")
    return found


def _launch(report: LaunchReport, known: dict[Any, Platform]) -> dict[str, Any]:
    platform, diagnosis = known.get(report.platform_id), DIAGNOSES.get(report.code)
    family = family_of(platform.product_family).name if platform else ""
    product_fix = PRODUCT_FIXES.get((report.code, family), "")
    columns = ("at", "deployment_id", "message_type", "detail", "kid", "skew_seconds", "binding", "framed")
    return {
        **{name: getattr(report, name) for name in columns},
        "issuer": platform.issuer if platform else report.issuer,
        "client_id": platform.client_id if platform else report.client_id,
        "code": report.code or "opened",
        "check": diagnosis.place.check if diagnosis else None,
        "checks": {str(number): str(result) for number, result in results(report, place_of(report.code))},
        "fix": " ".join(filter(None, (english(diagnosis.fix if diagnosis else ""), english(product_fix)))),
        "request_id": report.request_id,
    }


def _clock(database: Session, platform: Platform) -> dict[str, Any]:
    skew = measured_skew(database, platform.id)
    return {
        "issuer": platform.issuer,
        "client_id": platform.client_id,
        "seconds_ahead": skew.seconds if skew else None,
        "launches_measured": skew.launches if skew else 0,
        "worrying": skew.is_worrying if skew else False,
    }


def _stranger(one: Any) -> dict[str, Any]:
    return {
        "issuer": one.issuer, "client_id": one.client_id, "launches": one.launches, "last_at": one.last_at,
    }  # fmt: skip


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = [line for told in facts["launches"] for line in _launch_lines(told)]
    for clock in facts["clocks"]:
        if clock["launches_measured"]:
            worry = ": more than 30 seconds, synchronise the clocks (NTP)" if clock["worrying"] else ""
            lines.append(f"clock of {clock['issuer']}: {clock['seconds_ahead']:+d} s{worry}")
    lines += [
        f"not registered: {one['issuer']} as {one['client_id'] or '(no client id)'}"
        for one in facts["unregistered"]
    ]
    return lines or ["no launch yet: launches are kept for thirty days"]


def _launch_lines(told: dict[str, Any]) -> list[str]:
    head = f"{told['at']:%Y-%m-%d %H:%M:%S}Z {told['issuer'] or 'nobody known'}: {told['code']}"
    if told["check"] is None:
        return [head]
    detail = f" ({told['detail']})" if told["detail"] else ""
    name = english(NAMES[told["check"]])
    return [f"{head}{detail}", f"  check {told['check']}: {name}", f"  {told['fix']}"]
