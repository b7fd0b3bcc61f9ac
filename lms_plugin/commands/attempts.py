"""`coalizione attempts list|reopen`: who has used all attempts up, and one attempt more."""

import getpass
from collections.abc import Mapping
from typing import Any

import click

from course_content.loader import load_programmes
from course_content.programme import Programme
from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.commands.persons import find_learner
from lms_plugin.lti.origin_of_placement import describe_placement
from lms_plugin.people.learner import Learner
from lms_plugin.records.recorder import Recorder
from lms_plugin.records.reopening import (
    AssessmentUnknown,
    UsedUp,
    Wish,
    all_used_up,
    attempts_of,
    find_assessment,
    reopen,
)
from lms_plugin.storage import writing


@click.group("attempts")
def attempts_group() -> None:
    """Attempts at assessments, of modules and of programmes; see docs/secretariat.md."""


@attempts_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """Show everybody who has used all attempts up and passed none."""
    chosen = settings()
    programmes = load_programmes(chosen.programmes)
    with open_database(chosen) as database:
        found = [
            _described(database.get_one(Learner, one.learner_id), one)
            for one in all_used_up(database, programmes)
        ]
    lines = [
        "{learner} {account} {programme}/{assessment} {started} attempts".format_map(one) for one in found
    ]
    say("\n".join(lines) or "nobody has used all attempts up", {"used_up": found}, as_json=as_json)


def _described(learner: Learner, one: UsedUp) -> Mapping[str, Any]:
    return {
        "learner": str(learner.id),
        "account": learner.account_name,
        "home_page": learner.home_page,
        "programme": one.programme_id,
        "assessment": one.assessment.id,
        "started": one.attempts.started,
        "reopened": len(one.attempts.reopenings),
    }


@attempts_group.command("reopen")
@click.argument("account")
@click.argument("activity", metavar="PROGRAMME/ASSESSMENT")
@click.option("--home-page", default="", help="The LMS of the account, where several have this name.")
@click.option("--reason", required=True, help="Why, without naming the person: it is kept for good.")
@click.option("--by", default=getpass.getuser, help="Who decided; your system account when left out.")
@click.option("--dry-run", is_flag=True, help="Say whether it can be done, change nothing.")
@json_option
@refusing
def reopen_command(
    account: str, activity: str, home_page: str, reason: str, by: str, *, dry_run: bool, as_json: bool
) -> None:
    """Grant ACCOUNT one attempt more, as in `co-alizione/final-assessment` or `co-alizione/m1-assessment`.

    ACCOUNT is a learner's account name or id here. Only for who has used all attempts up and passed none.
    """
    chosen = settings()
    programmes = load_programmes(chosen.programmes)
    programme, assessment = _named(programmes, activity)
    recorder = Recorder(programmes, chosen.public_url, describe_placement)
    with open_database(chosen) as database, writing(database):
        learner = find_learner(database, account, home_page)
        wish = Wish(learner.id, assessment, reason, {"role": "command line", "account": by})
        reopen(database, recorder, programme.id, wish, now())
        now_allowed = attempts_of(
            database, learner.id, programme.id, find_assessment(programme, assessment)
        ).allowed
        told = {"learner": str(learner.id), "activity": activity, "allowed": now_allowed, "dry_run": dry_run}
        if dry_run:
            database.rollback()
    would = "would have" if dry_run else "has"
    text = f"{told['learner']} {would} {now_allowed} attempts in all at {activity}"
    say(text, told, as_json=as_json)


def _named(programmes: Mapping[str, Programme], activity: str) -> tuple[Programme, str]:
    programme_id, _slash, assessment = activity.partition("/")
    if programme_id not in programmes:
        raise AssessmentUnknown(f"no programme {programme_id!r}; there are {', '.join(programmes)}")
    return programmes[programme_id], assessment
