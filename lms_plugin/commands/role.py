"""`coalizione role list|add|remove`: roles of one LMS that mean something else here than usual."""

from typing import Any

import click

from lms_plugin.commands.console import json_option, now, open_database, refusing, say
from lms_plugin.commands.platform_administration import (
    WHO,
    acting_on,
    deployment_option,
    dry_run_option,
    find,
    platform_argument,
)
from lms_plugin.lti.administering import told
from lms_plugin.lti.platform import Deployment
from lms_plugin.lti.role_overrides import (
    PARTS,
    OverrideInvalid,
    RoleOverride,
    add_override,
    overrides_of,
    remove_override,
)


@click.group("role")
def role_group() -> None:
    """Roles of one LMS that mean something else here than usual."""


@role_group.command("list")
@platform_argument
@json_option
@refusing
def list_command(platform: str, *, as_json: bool) -> None:
    """Show the roles of PLATFORM that mean something else than usual."""
    with open_database() as database:
        facts = [_facts(one) for one in overrides_of(database, find(database, platform).id)]
    lines = [f"{one['role']}  is {one['part']} {_where(one['deployment_id'])}" for one in facts]
    nothing = "none: every role has its usual meaning (docs/lti.md, Roles)"
    say("\n".join(lines) or nothing, {"roles": facts}, as_json=as_json)


@role_group.command("add")
@platform_argument
@click.argument("role")
@click.argument("part", type=click.Choice([str(part) for part in PARTS]))
@deployment_option
@dry_run_option
@json_option
@refusing
def add_command(
    platform: str, role: str, part: str, deployment_id: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Let ROLE, exactly as the LMS sends it, mean PART from the next launch on."""
    with acting_on(platform, deployment_id, dry_run=dry_run) as (database, found, subject):
        where = subject if isinstance(subject, Deployment) else None
        changed = add_override(database, found, where, role, part, now())
        which = {"platform": found.id, "deployment": deployment_id, "role": role, "part": part}
    if changed and not dry_run:
        told(WHO, "add role override", which)
    facts = {
        "role": role,
        "part": part,
        "deployment_id": deployment_id,
        "changed": changed,
        "dry_run": dry_run,
    }
    say(f"{role} {'would be' if dry_run else 'is'} {part} {_where(deployment_id)}", facts, as_json=as_json)


@role_group.command("remove")
@platform_argument
@click.argument("role")
@deployment_option
@dry_run_option
@json_option
@refusing
def remove_command(
    platform: str, role: str, deployment_id: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Give ROLE its usual meaning back."""
    with acting_on(platform, deployment_id, dry_run=dry_run) as (database, found, subject):
        row_id = subject.id if isinstance(subject, Deployment) else None
        mine = [
            one.id
            for one in overrides_of(database, found.id)
            if (one.role, one.deployment_id) == (role, row_id)
        ]
        if not mine:
            raise OverrideInvalid("no such role: see `coalizione role list`")
        remove_override(database, found.id, mine[0])
        which = {"platform": found.id, "deployment": deployment_id, "role": role}
    if not dry_run:
        told(WHO, "remove role override", which)
    facts = {"role": role, "deployment_id": deployment_id, "dry_run": dry_run}
    say(
        f"{role} {'would have' if dry_run else 'has'} its usual meaning {_where(deployment_id)}",
        facts,
        as_json=as_json,
    )


def _facts(override: RoleOverride) -> dict[str, Any]:
    deployment = override.deployment.deployment_id if override.deployment else None
    return {"role": override.role, "part": str(override.part), "deployment_id": deployment}


def _where(deployment_id: str | None) -> str:
    return f"in deployment {deployment_id}" if deployment_id else "everywhere in this LMS"
