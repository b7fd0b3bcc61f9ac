"""`coalizione platform invite|invitations|uninvite`: one-time links by which an LMS registers itself."""

import getpass
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import click

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.lti.invitations import (
    RegistrationInvitation,
    Wishes,
    all_invitations,
    make_invitation,
    revoke_invitation,
)
from lms_plugin.storage import writing

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
DURATION = re.compile(r"([1-9]\d{0,5})([mhd])")


def duration(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    """A length of time such as 30m, 24h or 7d; anything else is a usage error (exit status 2)."""
    found = DURATION.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a duration such as 30m, 24h or 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command("invite")
@click.option("--name", default="", help="What the LMS will be called here; its own name if left out.")
@click.option("--approve", is_flag=True, help="Let the LMS launch as soon as it has registered.")
@click.option(
    "--ttl", callback=duration, default="7d", show_default=True, help="How long: 30m, 24h, 7d; 90d at most."
)
@json_option
@refusing
def invite_command(name: str, ttl: timedelta, *, approve: bool, as_json: bool) -> None:
    """Print a link that registers one LMS, once; paste it into the LMS's dynamic registration."""
    chosen = settings()
    wishes = Wishes(created_by=f"coalizione ({_whoami()})", name=name, approves=approve, life=ttl)
    with open_database(chosen) as database, writing(database):
        made = make_invitation(database, wishes, now())
        told = described(made.invitation)
    link = f"{chosen.public_url}/lti/register/{made.secret}"
    then = "it launches at once" if approve else "then it waits for approval"
    text = (
        f"this link registers one LMS until {made.invitation.expires_at:%Y-%m-%d %H:%M} UTC; {then}\n{link}"
    )
    say(text, told | {"link": link}, as_json=as_json)


@click.command("invitations")
@json_option
@refusing
def invitations_command(*, as_json: bool) -> None:
    """List the invitations, the newest first."""
    with open_database() as database:
        told = [described(invitation) for invitation in all_invitations(database)]
    text = "\n".join(f"{each['id']}  {each['state']}  {each['name'] or '-'}" for each in told)
    say(text or "no invitation yet: see `coalizione platform invite`", {"invitations": told}, as_json=as_json)


@click.command("uninvite")
@click.argument("invitation_id", type=click.UUID)
@json_option
@refusing
def uninvite_command(invitation_id: UUID, *, as_json: bool) -> None:
    """Take an unused invitation back; doing it twice changes nothing."""
    with open_database() as database, writing(database):
        told = described(revoke_invitation(database, invitation_id, now()))
    say(f"invitation {invitation_id} is {told['state']}", told, as_json=as_json)


def described(invitation: RegistrationInvitation) -> dict[str, Any]:
    """An invitation as facts; its secret is not among them, nobody knows it any more."""
    names = ("id", "name", "approves", "created_by", "platform_id")
    times = ("created_at", "expires_at", "used_at", "revoked_at")
    moments = {name: getattr(invitation, name) for name in times}
    return (
        {name: getattr(invitation, name) for name in names}
        | {name: moment.isoformat() if moment else None for name, moment in moments.items()}
        | {"state": invitation.state(now())}
    )


def _whoami() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "?"
