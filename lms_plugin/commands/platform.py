"""`coalizione platform`: the LMSs that may launch us."""

from typing import Any

import click

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.commands.platform_administration import COMMANDS as ADMINISTRATION
from lms_plugin.commands.platform_check import check_command
from lms_plugin.commands.platform_doctor import doctor_command
from lms_plugin.commands.platform_facts import described
from lms_plugin.commands.platform_invitations import invitations_command, invite_command, uninvite_command
from lms_plugin.lti.registering import (
    Registration,
    RegistrationInvalid,
    accept_deployment,
    all_registrations,
    find_registration,
    register,
)
from lms_plugin.storage import writing

issuer_option = click.option("--issuer", required=True, help="The `iss` of the LMS, character by character.")
client_id_option = click.option("--client-id", required=True, help="What the LMS calls this tool.")


@click.group("platform")
def platform_group() -> None:
    """Register LMSs, accept their deployments, see how launches go."""


_BESIDE = (check_command, doctor_command, invite_command, invitations_command, uninvite_command)
for _command in (*_BESIDE, *ADMINISTRATION):
    platform_group.add_command(_command)


@platform_group.command("add")
@click.option("--name", required=True, help="The LMS's name for people.")
@issuer_option
@client_id_option
@click.option("--auth-login-url", required=True, help="The LMS's authentication request address.")
@click.option("--auth-token-url", required=True, help="The LMS's access token address.")
@click.option("--jwks-url", required=True, help="The LMS's public key set address.")
@click.option("--token-audience", help="`aud` of our token requests, where it is not the token address.")
@click.option("--deployment-id", "deployment_ids", multiple=True, help="A deployment to accept; repeatable.")
@json_option
@refusing
def add_command(deployment_ids: tuple[str, ...], *, as_json: bool, **facts: str | None) -> None:
    """Register an LMS, or bring its registration up to date; running it again changes nothing."""
    registration = Registration(**facts)  # type: ignore[arg-type]
    chosen = settings()
    with open_database(chosen) as database:
        with writing(database):
            platform, changed = register(database, registration, deployment_ids, chosen.public_url, now())
        told = described(platform)
    text = f"{platform.name} is registered as {platform.client_id} of {platform.issuer}"
    say(text if changed else f"{text}; nothing to change", told | {"changed": changed}, as_json=as_json)


@platform_group.command("accept")
@issuer_option
@client_id_option
@click.option("--deployment-id", required=True, help="As the page of the waiting launch shows it.")
@json_option
@refusing
def accept_command(issuer: str, client_id: str, deployment_id: str, *, as_json: bool) -> None:
    """Let a new deployment of a registered LMS in."""
    with open_database() as database:
        with writing(database):
            platform = find_registration(database, issuer, client_id)
            if platform is None:
                raise RegistrationInvalid("no such registration: see `coalizione platform list`")
            changed = accept_deployment(platform, deployment_id, now())
        told = described(platform)
    text = f"deployment {deployment_id} of {platform.name} is active"
    say(text, told | {"changed": changed}, as_json=as_json)


@platform_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """Show the registered LMSs."""
    with open_database() as database:
        told = [described(platform) for platform in all_registrations(database)]
    text = "\n".join(_line(platform) for platform in told)
    nothing = "no LMS is registered yet: see `coalizione platform add --help`"
    say(text or nothing, {"platforms": told}, as_json=as_json)


def _line(told: dict[str, Any]) -> str:
    deployments = ", ".join(f"{each['deployment_id']} ({each['status']})" for each in told["deployments"])
    known_as = f"{told['issuer']} as {told['client_id']}"
    return f"{told['name']}: {known_as}, {told['status']}; deployments: {deployments}"
