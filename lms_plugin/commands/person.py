"""`coalizione person erase`: who somebody was is erased, what was proved about them stays provable."""

import getpass
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy.orm import Session

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.commands.erasing import Erased, erase_person
from lms_plugin.commands.persons import find_learner, learner_of
from lms_plugin.lrs.document_parameters import read_agent
from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.proofs.days import Sealing
from lms_plugin.proofs.erasing import Person, person_of_learner
from lms_plugin.storage import writing

NOT_OURS = "what we cannot erase: backups made before, and what others hold: "


@click.group("person")
def person_group() -> None:
    """Persons in the records; see docs/proofs.md."""


@person_group.command("erase")
@click.argument("account")
@click.option("--home-page", default="", help="The LMS of the account, where several have this name.")
@click.option("--reason", required=True, help="Why, without naming the person: it is kept and sealed.")
@click.option(
    "--by", "erased_by", default=getpass.getuser, help="Who decided; your system account when left out."
)
@click.option("--dry-run", is_flag=True, help="Say what would be touched, change nothing.")
@json_option
@refusing
def erase_command(
    account: str, home_page: str, reason: str, erased_by: str, *, dry_run: bool, as_json: bool
) -> None:
    """Erase who ACCOUNT is, everywhere here, for good (GDPR art. 17).

    ACCOUNT is a learner's account name or id here, mailto:ADDRESS, or an xAPI agent as JSON. Records and
    proofs stay, under a pseudonym that nobody can resolve.
    """
    chosen = settings()
    sealing = Sealing(chosen.public_url, chosen.secret_key)
    with open_database(chosen) as database, writing(database):
        person = _person(database, account, home_page)
        done = erase_person(database, sealing, person, erased_by=erased_by, reason=reason, now=now())
        if dry_run:
            database.rollback()
    say(_report(done, dry_run=dry_run), {"dry_run": dry_run, **asdict(done)}, as_json=as_json)


def _person(database: Session, account: str, home_page: str) -> Person:
    if account.startswith("mailto:"):
        return Person({"mbox": account})
    if account.startswith("{"):
        agent = _agent(account)
        return Person(agent, learner_of(database, agent))
    return person_of_learner(find_learner(database, account, home_page))


def _agent(text: str) -> dict[str, Any]:
    try:
        return read_agent(text)
    except Invalid as invalid:
        raise click.UsageError(
            f"ACCOUNT begins like JSON and is no xAPI agent: at {invalid.path}, {invalid.rule}"
        ) from invalid


def _report(done: Erased, *, dry_run: bool) -> str:
    touched = ", ".join(f"{count} {what}" for what, count in sorted(done.counts.items()) if count)
    told = ", ".join(done.told) or "nobody that we know of"
    first = "would touch" if dry_run else f"erased (erasure {done.erasure}); touched"
    return f"{first}: {touched}\n{NOT_OURS}{told}"
