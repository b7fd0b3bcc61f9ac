"""`coalizione lrs credential add | list | show | rotate | revoke`."""

import re
from datetime import timedelta
from typing import Any

import click

from course_content.loader import load_programmes
from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.lrs.belonging import checked_programme, home_page_of
from lms_plugin.lrs.credential import (
    FIRST_VERSION,
    SCOPES,
    UNLIMITED,
    LrsCredential,
    Wishes,
    find_named,
    issue,
    list_credentials,
    revoke_credential,
    rotate_credential,
)
from lms_plugin.lrs.versions import VERSIONS
from lms_plugin.storage import writing

RATE = re.compile(r"([0-9]{1,7})(?:/min)?")
ONCE = "The secret is shown this once: keep it."


class Rate(click.ParamType):  # type: ignore[type-arg]  # generic for the checker only
    """How many requests in a minute."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; fails with what to write."""
        found = RATE.fullmatch(str(value))
        if found is None or not int(found[1]):
            self.fail(f"{value!r} is not a rate: write 600/min, or --no-limit", param, ctx)
        return int(found[1])


@click.group("credential")
def credential_group() -> None:
    """Keys with which other systems use the LRS."""


@credential_group.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help=f"What it may do: {', '.join(SCOPES)}. Repeat it; all when left out.",
)
@click.option("--programme", help="Id of the programme to whose activities it is limited.")
@click.option("--platform", help="Name, issuer or home page of the LMS to whose learners it is limited.")
@click.option("--days", type=click.IntRange(1, 3650), help="After how many days it expires.")
@click.option("--rate", type=Rate(), help="Requests a minute, as 600/min, for each web process.")
@click.option("--no-limit", is_flag=True, help="As many requests as it likes.")
@click.option(
    "--version",
    type=click.Choice(VERSIONS),
    default=FIRST_VERSION,
    show_default=True,
    help="The version of xAPI that answers name when a request names none.",
)
@json_option
@refusing
def add_command(name: str, *, rate: int | None, no_limit: bool, as_json: bool, **given: Any) -> None:
    """Make a credential and print its secret, which cannot be printed again."""
    if rate is not None and no_limit:
        raise click.UsageError("--rate and --no-limit exclude each other")
    days, moment = given["days"], now()
    offered = load_programmes(settings().programmes) if given["programme"] else ()
    with open_database() as session, writing(session) as database:
        wishes = Wishes(
            name=name,
            scopes=given["scopes"],
            programme=checked_programme(offered, given["programme"]),
            home_page=home_page_of(database, given["platform"]),
            version=given["version"],
            per_minute=UNLIMITED if no_limit else rate,
            expires_at=moment + timedelta(days=days) if days else None,
        )
        credential, secret = issue(database, wishes, moment)
        database.flush()
    text = f"key     {credential.key}\nsecret  {secret}\n{ONCE}"
    say(text, {**_facts(credential), "secret": secret}, as_json=as_json)


@credential_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """Show every credential, without its secret."""
    with open_database() as database:
        found = [_facts(credential) for credential in list_credentials(database)]
    text = "\n".join(map(_line, found)) or "none yet: run `coalizione lrs credential add NAME`"
    say(text, {"credentials": found}, as_json=as_json)


def _line(facts: dict[str, Any]) -> str:
    return f"{facts['key']}  {facts['state']}  {','.join(facts['scopes'])}  {facts['name']}"


@credential_group.command("show")
@click.argument("name")
@json_option
@refusing
def show_command(name: str, *, as_json: bool) -> None:
    """Show all that is known of a credential, but not its secret."""
    with open_database() as database:
        facts = _facts(find_named(database, name))
    text = "\n".join(f"{fact:22}{_words(value)}" for fact, value in facts.items())
    say(text, facts, as_json=as_json)


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else "-" if value is None else str(value)


@credential_group.command("rotate")
@click.argument("name")
@click.option(
    "--keep-old",
    type=click.IntRange(0, 720),
    default=0,
    metavar="HOURS",
    help="For how many hours the secret until now still opens; 0, the default, for none.",
)
@json_option
@refusing
def rotate_command(name: str, keep_old: int, *, as_json: bool) -> None:
    """Give a credential another secret and print it; its key and what it stored stay its own."""
    with open_database() as session, writing(session) as database:
        credential, secret = rotate_credential(database, name, now(), timedelta(hours=keep_old))
    text = f"key     {credential.key}\nsecret  {secret}\n{ONCE}"
    say(text, {**_facts(credential), "secret": secret}, as_json=as_json)


@credential_group.command("revoke")
@click.argument("name")
@json_option
@refusing
def revoke_command(name: str, *, as_json: bool) -> None:
    """End a credential for good; what it stored stays."""
    with open_database() as session, writing(session) as database:
        credential = revoke_credential(database, name, now())
    say(f"{credential.key} is revoked", _facts(credential), as_json=as_json)


def _facts(credential: LrsCredential) -> dict[str, Any]:
    instants = ("created_at", "expires_at", "last_used_at", "previous_until", "revoked_at")
    return {
        "name": credential.name,
        "key": credential.key,
        "state": credential.state(now()),
        "scopes": credential.scopes,
        "version": credential.version,
        "programme": credential.programme,
        "home_page": credential.home_page,
        "requests_per_minute": "no limit" if credential.per_minute == UNLIMITED else credential.per_minute,
        **{name: _instant(getattr(credential, name)) for name in instants},
    }


def _instant(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
