"""`coalizione staff invite|list|suspend`: who of the secretariat may come in."""

from typing import Any

import click
from sqlalchemy import delete

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.people.role import STAFF_ROLES, Role
from lms_plugin.people.sign_in import Invited, everyone, invite, suspend
from lms_plugin.people.staff import Staff
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit

ROLES = click.Choice(sorted(role.value for role in STAFF_ROLES))


@click.group("staff")
def staff_group() -> None:
    """People who read the records: invite, list, suspend."""


@staff_group.command("invite")
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help="What the person may do.")
@json_option
@refusing
def invite_command(email: str, role: str, *, as_json: bool) -> None:
    """Print a link that lets EMAIL in once, within 24 hours."""
    chosen = settings()
    with open_database(chosen) as database, writing(database):
        invited = invite(database, email, Role(role), now())
        # A visit keeps the role it began with: end those of before, so that a changed role holds at once.
        database.execute(delete(Visit).where(Visit.staff_id == invited.staff.id))
    _say_invited(invited, f"{chosen.public_url}/secretariat/sign-in/{invited.secret}", as_json=as_json)


def _say_invited(invited: Invited, link: str, *, as_json: bool) -> None:
    facts = {**_facts(invited.staff), "link": link, "expires_at": invited.expires_at.isoformat()}
    who = f"{invited.staff.email} ({invited.staff.role}{', new' if invited.new else ''})"
    text = f"{who}: this link lets in once, until {invited.expires_at:%Y-%m-%d %H:%M} UTC\n{link}"
    say(text, facts | {"new": invited.new}, as_json=as_json)


@staff_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """List the staff, suspended people included."""
    with open_database() as database:
        people = everyone(database)
    lines = [f"{one.email}  {one.role}{'  suspended' if one.suspended_at else ''}" for one in people]
    text = "\n".join(lines) or "nobody yet: run `coalizione staff invite EMAIL --role administrator`"
    say(text, {"staff": [_facts(one) for one in people]}, as_json=as_json)


@staff_group.command("suspend")
@click.argument("email")
@json_option
@refusing
def suspend_command(email: str, *, as_json: bool) -> None:
    """Close the door to EMAIL at once; a new invitation opens it again."""
    with open_database() as database, writing(database):
        staff = suspend(database, email, now())
        database.execute(delete(Visit).where(Visit.staff_id == staff.id))
    say(f"{staff.email} is suspended", _facts(staff), as_json=as_json)


def _facts(staff: Staff) -> dict[str, Any]:
    suspended = staff.suspended_at.isoformat() if staff.suspended_at else None
    return {
        "email": staff.email,
        "role": staff.role,
        "created_at": staff.created_at.isoformat(),
        "suspended_at": suspended,
    }
