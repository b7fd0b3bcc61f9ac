"""`coalizione lrs credential add | list | revoke`, and `coalizione lrs target …`."""

from typing import Any

import click

from lms_plugin.commands.console import json_option, now, open_database, refusing, say
from lms_plugin.commands.lrs_target import target_group
from lms_plugin.lrs.credential import (
    FIRST_VERSION,
    SCOPES,
    LrsCredential,
    add_credential,
    list_credentials,
    revoke_credential,
)
from lms_plugin.lrs.versions import VERSIONS
from lms_plugin.storage import writing


@click.group("lrs")
def lrs_group() -> None:
    """The built-in Learning Record Store."""


lrs_group.add_command(target_group)


@lrs_group.group("credential")
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
@click.option(
    "--version",
    type=click.Choice(VERSIONS),
    default=FIRST_VERSION,
    show_default=True,
    help="The version of xAPI that answers name when a request names none.",
)
@json_option
@refusing
def add_command(name: str, scopes: tuple[str, ...], version: str, *, as_json: bool) -> None:
    """Make a credential and print its secret, which cannot be printed again."""
    with open_database() as session, writing(session) as database:
        credential, secret = add_credential(database, name, scopes, now(), version)
        database.flush()
    text = f"key     {credential.key}\nsecret  {secret}\nThe secret is shown this once: keep it."
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
    state = "revoked" if facts["revoked_at"] else "in force"
    return f"{facts['key']}  {state}  {','.join(facts['scopes'])}  {facts['name']}"


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
    return {
        "name": credential.name,
        "key": credential.key,
        "scopes": credential.scopes,
        "version": credential.version,
        "created_at": credential.created_at.isoformat(),
        "revoked_at": credential.revoked_at.isoformat() if credential.revoked_at else None,
    }
