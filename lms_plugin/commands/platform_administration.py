"""`coalizione platform show|approve|suspend|resume|rename|edit|delete`: what the administrators' pages do.

PLATFORM is the id, the client id or the name of a registration; `--deployment-id` turns to one deployment.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Uuid, cast, or_, select
from sqlalchemy.orm import Session

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.commands.platform_facts import described, described_in_full
from lms_plugin.errors import Refusal
from lms_plugin.log_lines import JsonFormatter, install_json_logs
from lms_plugin.lti.administering import (
    EDITABLE,
    EditInvalid,
    PlatformMissing,
    change_status,
    edit,
    locked_platform,
    rename,
    told,
)
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.removal import Footprint, footprint, remove, require_removable
from lms_plugin.storage import writing

WHO = "command line"
PAST = {"approve": "approved", "suspend": "suspended", "resume": "resumed"}
FAULTS = {
    "name_empty": "write a name",
    "name_too_long": "write 255 characters at most, on one line",
    "address_malformed": "write a whole address such as https://lms.example.it/mod/lti/auth.php",
    "address_not_https": "must begin with https://, unless its host is in COALIZIONE_TRUSTED_HOSTS",
    "audience_malformed": "write it as the LMS shows it",
    "origin_malformed": "write origins such as https://scuola.instructure.com, without a path",
}
platform_argument = click.argument("platform")
deployment_option = click.option("--deployment-id", help="One deployment only, as the LMS calls it.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
Subject = Platform | Deployment


class NotConfirmed(Refusal):
    """Deleting wants the name said once more."""

    code = "not_confirmed"


@contextlib.contextmanager
def acting_on(
    platform: str, deployment_id: str | None, *, dry_run: bool
) -> Iterator[tuple[Session, Platform, Subject]]:
    """The database, the platform, locked, and the subject; a dry run changes nothing in the end."""
    chosen = settings()
    install_json_logs(chosen.log_level, JsonFormatter())
    with open_database(chosen) as database, writing(database):
        found = locked_platform(database, find(database, platform).id)
        yield database, found, subject_of(found, deployment_id)
        if dry_run:
            database.rollback()


def find(database: Session, text: str) -> Platform:
    """The one registration of this id, client id or name; raises PlatformMissing."""
    named = [Platform.client_id == text, Platform.name == text]
    with contextlib.suppress(ValueError):
        named.append(Platform.id == cast(UUID(text), Uuid))
    found = list(database.scalars(select(Platform).where(or_(*named)).limit(2)))
    if len(found) == 1:
        return found[0]
    what = "several registrations are called so: use the id" if found else "no such registration"
    raise PlatformMissing(f"{what}; see `coalizione platform list --json`")


def subject_of(platform: Platform, deployment_id: str | None) -> Subject:
    """The platform itself, or one deployment of it; raises PlatformMissing."""
    if deployment_id is None:
        return platform
    for deployment in platform.deployments:
        if deployment.deployment_id == deployment_id:
            return deployment
    raise PlatformMissing("no such deployment: see `coalizione platform show`")


def _log(what: str, platform: Platform, deployment_id: str | None, **more: Any) -> None:
    which = {"platform": platform.id, "issuer": platform.issuer, "client_id": platform.client_id}
    told(WHO, what, which | ({"deployment": deployment_id} if deployment_id else {}) | more)


@click.command("show")
@platform_argument
@json_option
@refusing
def show_command(platform: str, *, as_json: bool) -> None:
    """Show every value of PLATFORM, its deployments and how much they launch."""
    with open_database() as database:
        facts = described_in_full(database, find(database, platform))
    lines = [f"{name}: {value}" for name, value in facts.items() if name != "deployments"]
    lines += [
        f"deployment {each['deployment_id']} {each['name']!r}: {each['status']}, {each['learners']} learners,"
        f" {each['links']} links, last launch {each['last_launch_at'] or 'never'}"
        for each in facts["deployments"]
    ]
    say("\n".join(lines), facts, as_json=as_json)


def _status_command(verb: str, words: str) -> click.Command:
    @click.command(verb, help=words)
    @platform_argument
    @deployment_option
    @dry_run_option
    @json_option
    @refusing
    def command(platform: str, deployment_id: str | None, *, dry_run: bool, as_json: bool) -> None:
        with acting_on(platform, deployment_id, dry_run=dry_run) as (_database, found, subject):
            changed = change_status(subject, verb, now())
            facts = described(found) | {"changed": changed, "dry_run": dry_run}
            name = found.name
        if changed and not dry_run:
            _log(f"{verb} {'deployment' if deployment_id else 'platform'}", found, deployment_id)
        _say_done(PAST[verb], name, deployment_id, facts, as_json=as_json)

    return command


approve_command = _status_command("approve", "Let a waiting registration or deployment launch.")
suspend_command = _status_command("suspend", "Let nobody launch from here any more; everything stays.")
resume_command = _status_command("resume", "End a suspension.")


def _say_done(
    verb: str, name: str, deployment_id: str | None, facts: dict[str, Any], *, as_json: bool
) -> None:
    what = f"deployment {deployment_id} of {name}" if deployment_id else name
    text = f"{what} {'would be' if facts['dry_run'] else 'is'} {verb}"
    say(text if facts["changed"] else f"{what}: nothing to change", facts, as_json=as_json)


@contextlib.contextmanager
def _in_words(option: Callable[[str], str]) -> Iterator[None]:
    """Says which option holds a wrong value, and how to write it."""
    try:
        yield
    except EditInvalid as refusal:
        sentences = [f"{option(field)}: {FAULTS[fault]}" for field, fault in refusal.faults.items()]
        refusal.args = ("; ".join(sentences),)
        raise


@click.command("rename")
@platform_argument
@click.argument("name")
@deployment_option
@dry_run_option
@json_option
@refusing
def rename_command(
    platform: str, name: str, deployment_id: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Call PLATFORM, or one deployment of it, NAME."""
    with (
        _in_words(lambda _field: "NAME"),
        acting_on(platform, deployment_id, dry_run=dry_run) as (_database, found, subject),
    ):
        was = found.name
        changed = rename(subject, name)
        facts = described(found) | {"changed": changed, "dry_run": dry_run}
    if changed and not dry_run:
        _log(f"rename {'deployment' if deployment_id else 'platform'}", found, deployment_id)
    _say_done(f"called {name}", was, deployment_id, facts, as_json=as_json)


@click.command("edit")
@platform_argument
@click.option("--auth-login-url", help="The LMS's authentication request address.")
@click.option("--auth-token-url", help="The LMS's access token address.")
@click.option("--jwks-url", help="The LMS's public key set address.")
@click.option("--token-audience", help="`aud` of our token requests; empty for the token address.")
@click.option(
    "--origin", "origins", multiple=True, help="Another site that may frame us; repeatable; replaces all."
)
@click.option("--no-origins", is_flag=True, help="No other site may frame us.")
@dry_run_option
@json_option
@refusing
def edit_command(
    platform: str,
    origins: tuple[str, ...],
    *,
    no_origins: bool,
    dry_run: bool,
    as_json: bool,
    **values: str | None,
) -> None:
    """Change the LMS's addresses, or the sites that may frame us; what is not named stays."""
    given = {name: value for name, value in values.items() if value is not None and name in EDITABLE}
    if origins or no_origins:
        given["extra_origins"] = "" if no_origins else " ".join(origins)
    with (
        _in_words(lambda field: "--origin" if field == "extra_origins" else f"--{field.replace('_', '-')}"),
        acting_on(platform, None, dry_run=dry_run) as (database, found, _subject),
    ):
        names = edit(database, found, given, settings().trusted_hosts)
        facts = described(found) | {"changed": bool(names), "changes": names, "dry_run": dry_run}
        name = found.name
    if names and not dry_run:
        _log("edit platform", found, None, changed=names)
    _say_done(f"changed: {', '.join(names)}", name, None, facts, as_json=as_json)


@click.command("delete")
@platform_argument
@deployment_option
@click.option(
    "--confirm", metavar="NAME", help="Its name (of a nameless deployment, its id), said once more."
)
@dry_run_option
@json_option
@refusing
def delete_command(
    platform: str, deployment_id: str | None, confirm: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Delete PLATFORM, or one deployment, with all that hangs on it, never records. Try --dry-run first."""
    with acting_on(platform, deployment_id, dry_run=dry_run) as (database, found, subject):
        expected = subject.name or (deployment_id or found.client_id)
        if dry_run:
            gone = footprint(database, subject)
            require_removable(subject, gone)
        elif confirm != expected:
            raise NotConfirmed(f"say --confirm {expected!r} if you mean it, or --dry-run to see what goes")
        else:
            which = {"platform": found.id, "issuer": found.issuer, "client_id": found.client_id}
            gone = remove(database, subject)
    if not dry_run:
        told(WHO, "delete", which | {"deployment": deployment_id, "rows": dict(gone.rows)})
    facts = {"deleted": expected, "rows": dict(gone.rows), "dry_run": dry_run}
    say(f"{expected} {'would be' if dry_run else 'is'} deleted, with {_rows(gone)}", facts, as_json=as_json)


def _rows(gone: Footprint) -> str:
    return ", ".join(f"{number} {name}" for name, number in gone.rows) or "nothing else"


COMMANDS = (
    show_command,
    approve_command,
    suspend_command,
    resume_command,
    rename_command,
    edit_command,
    delete_command,
)
