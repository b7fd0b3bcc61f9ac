"""`coalizione key list|rotate|retire`: the keys with which we sign what we say to LMSs."""

from datetime import datetime
from typing import Any

import click

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.lti.key_rotation import (
    all_keys,
    due_at,
    is_readable,
    ready_at,
    retire,
    rotate,
)
from lms_plugin.lti.protocol_state import ToolKey
from lms_plugin.storage import writing

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
WORDS = {
    "next": "published, signs after the next rotation",
    "active": "signs",
    "retiring": "signs no more, still published",
    "deleted": "no longer published",
}


@click.group("key")
def key_group() -> None:
    """Our own keys: list, rotate, retire. The worker rotates them by age; see docs/administration.md."""


@key_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """Show every key with its state and dates."""
    chosen = settings()
    with open_database(chosen) as database:
        told = [described(key, chosen.secret_key) for key in all_keys(database)]
    lines = [_line(facts) for facts in told]
    nothing = "no key yet: the first is made when an LMS asks for our keys, or by `coalizione key rotate`"
    say("\n".join(lines) or nothing, {"keys": told}, as_json=as_json)


@key_group.command("rotate")
@click.option("--force", is_flag=True, help="Even if the next key is too new for LMSs to have fetched it.")
@dry_run_option
@json_option
@refusing
def rotate_command(*, force: bool, dry_run: bool, as_json: bool) -> None:
    """Let the next key sign from now on; the one before stays published for a week."""
    chosen = settings()
    with open_database(chosen) as database:
        if dry_run:
            _say_planned(all_keys(database), as_json=as_json)
            return
        done = rotate(database, chosen.secret_key, now(), force=force)
    facts = {"signs": done.signs, "signed": done.signed, "rotated": done.rotated}
    say(f"{done.signs} signs now; {done.signed} stays published for a week", facts, as_json=as_json)


def _say_planned(keys: list[ToolKey], *, as_json: bool) -> None:
    following = next((key for key in keys if key.status == "next"), None)
    if following is None:
        say("would make a key and let it sign", {"would_sign": None}, as_json=as_json)
        return
    at = ready_at(following)
    text = f"would let {following.kid} sign; without --force only from {at:%Y-%m-%d %H:%M} UTC on"
    say(text, {"would_sign": following.kid, "ready_at": at.isoformat()}, as_json=as_json)


@key_group.command("retire")
@click.argument("kid")
@dry_run_option
@json_option
@refusing
def retire_command(kid: str, *, dry_run: bool, as_json: bool) -> None:
    """Take KID, which must not be signing, out of the published set at once: its private half was stolen."""
    with open_database() as database, writing(database):
        retire(database, kid, now())
        if dry_run:
            database.rollback()
    facts = {"kid": kid, "dry_run": dry_run}
    say(f"{kid} {'would be' if dry_run else 'is'} no longer published", facts, as_json=as_json)


def described(key: ToolKey, secret_key: str) -> dict[str, Any]:
    """A key as facts, without its halves."""
    return {
        "kid": key.kid,
        "status": key.status,
        "created_at": key.created_at.isoformat(),
        "activated_at": _iso(key.activated_at),
        "retired_at": _iso(key.retired_at),
        "deleted_at": _iso(key.deleted_at),
        "due_at": _iso(due_at(key)),
        "readable": is_readable(key, secret_key) if key.status in {"next", "active"} else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _line(facts: dict[str, Any]) -> str:
    broken = "; NOT READABLE with this COALIZIONE_SECRET_KEY: put the old one back, or rotate"
    until = f" until {facts['due_at'][:10]}" if facts["due_at"] else ""
    return (
        f"{facts['kid']}  made {facts['created_at'][:10]}  {WORDS[facts['status']]}{until}"
        f"{broken if facts['readable'] is False else ''}"
    )
