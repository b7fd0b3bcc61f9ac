"""`coalizione lrs target …`: the other LRSs that get our statements."""

import sys
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from course_content.profile import activity_iri
from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.delivery.forwarding import administering as targets
from lms_plugin.delivery.forwarding.canary import Canary, Song
from lms_plugin.delivery.forwarding.outgoing import VERSIONS
from lms_plugin.delivery.forwarding.standing import Standing, all_targets, letters_of, standing_of
from lms_plugin.delivery.forwarding.tables import BEGINNING, ForwardingLetter, ForwardingTarget
from lms_plugin.delivery.forwarding.trusting import forwarding_outbound
from lms_plugin.storage import session_factory, writing

dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would be done.")
MOST_LETTERS = 100
ADVICE = {
    "missing": "is missing",
    "too_long": "is too long",
    "taken": "is another target's already",
    "unknown": "is none that we know",
    "no_address": "is not an http(s) address such as https://lrs.example.it/xapi",
    "not_bare": "must have no user name, query or fragment",
    "not_https": "must begin with https://, or its host be in COALIZIONE_TRUSTED_HOSTS",
    "no_iri": "must be IRIs, such as http://adlnet.gov/expapi/verbs/completed",
}


class Day(click.ParamType):  # type: ignore[type-arg]  # generic for the checker only
    """A day or an instant, ISO 8601; without a zone it is UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant; fails with what to write."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date: write 2026-11-23 or 2026-11-23T09:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.group("target")
def target_group() -> None:
    """Other LRSs that get our statements."""


@target_group.command("add")
@click.argument("name")
@click.option("--url", required=True, help="Of the LRS, without /statements.")
@click.option("--key", required=True, help="User name of its Basic credentials.")
@click.option(
    "--secret", envvar="COALIZIONE_TARGET_SECRET", help="Its password; asked for when left out.", default=""
)
@click.option("--xapi", "version", type=click.Choice(VERSIONS), default=VERSIONS[0], show_default=True)
@click.option("--verb", "verbs", multiple=True, help="Only statements with this verb (IRI); repeat it.")
@click.option("--activity", "activities", multiple=True, help="Only about this activity or within it (IRI).")
@click.option("--programme", "programmes", multiple=True, help="Only about this programme, by its id.")
@click.option("--origin", type=click.Choice(targets.ORIGINS), default="all", show_default=True)
@click.option("--since", type=Day(), default=BEGINNING, help="Only what was stored from this day on.")
@click.option("--canary/--no-canary", default=True, show_default=True, help="Check it once an hour.")
@dry_run_option
@json_option
@refusing
def add_command(*, programmes: tuple[str, ...], dry_run: bool, as_json: bool, **given: Any) -> None:
    """Send our statements to another LRS, beginning with the first that the options select."""
    chosen = settings()
    given["secret"] = given["secret"] or click.prompt("Secret", hide_input=True)
    given["activities"] += tuple(activity_iri(chosen.public_url, one) for one in programmes)
    with open_database(chosen) as session, writing(session) as database:
        wanted = targets.NewTarget(**given)
        target = _added(database, wanted, chosen.secret_key, forwarding_outbound(chosen).trusted_hosts)
        waiting = targets.count_from(database, target, target.since)
        facts = _facts(target)
        if dry_run:
            database.rollback()
    verb = "would be" if dry_run else "is"
    text = f"{facts['name']} {verb} a target; {waiting} statements stored so far go there"
    say(text, {**facts, "waiting": waiting, "dry_run": dry_run}, as_json=as_json)


def _added(
    database: Session, wanted: targets.NewTarget, secret_key: str, trusted: frozenset[str]
) -> ForwardingTarget:
    try:
        return targets.add_target(database, wanted, secret_key, trusted, now())
    except targets.TargetInvalid as refusal:
        said = {name: ADVICE.get(fault, fault) for name, fault in refusal.faults.items()}
        raise targets.TargetInvalid(said) from refusal


@target_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """Show every target and how it stands."""
    with open_database() as database:
        found = [_facts(one, standing_of(database, one, now())) for one in all_targets(database)]
    line = "{name}  {state}  {waiting} waiting, {dead} refused, {delivered} delivered  {url}"
    text = "\n".join(line.format_map(one) for one in found) or "no target: `coalizione lrs target add NAME`"
    say(text, {"targets": found}, as_json=as_json)


@target_group.command("show")
@click.argument("name")
@json_option
@refusing
def show_command(name: str, *, as_json: bool) -> None:
    """Show one target: its filter, its last answer, and the newest statements that it refused."""
    with open_database() as database:
        target = targets.find_target(database, name)
        facts = _facts(target, standing_of(database, target, now()))
        letters = [_letter(one) for one in letters_of(database, target.id, MOST_LETTERS)]
    lines = [f"{key:18}{value}" for key, value in facts.items()]
    lines += ["{status} {statement_id} {http_status}: {answer}".format_map(one) for one in letters]
    say("\n".join(lines), {**facts, "letters": letters}, as_json=as_json)


@target_group.command("pause")
@click.argument("name")
@json_option
@refusing
def pause_command(name: str, *, as_json: bool) -> None:
    """Send it nothing until it is resumed; what comes meanwhile waits."""
    with open_database() as session, writing(session) as database:
        changed = targets.pause(targets.find_target(database, name), now())
    say(f"{name} {'is paused' if changed else 'was paused already'}", {"changed": changed}, as_json=as_json)


@target_group.command("resume")
@click.argument("name")
@json_option
@refusing
def resume_command(name: str, *, as_json: bool) -> None:
    """Send on from where it was, at once."""
    with open_database() as session, writing(session) as database:
        changed = targets.resume(targets.find_target(database, name), now())
    text = f"{name} is sent to again" if changed else f"{name} was not paused"
    say(text, {"changed": changed}, as_json=as_json)


@target_group.command("credentials")
@click.argument("name")
@click.option("--key", required=True, help="User name of its Basic credentials.")
@click.option("--secret", envvar="COALIZIONE_TARGET_SECRET", default="", help="Asked for when left out.")
@json_option
@refusing
def credentials_command(name: str, *, key: str, secret: str, as_json: bool) -> None:
    """Give a target new credentials; `resume` it afterwards if it was paused for the old ones."""
    secret = secret or click.prompt("Secret", hide_input=True)
    with open_database() as session, writing(session) as database:
        targets.set_secret(targets.find_target(database, name), key, secret, settings().secret_key)
    say(f"{name} has new credentials", {"name": name}, as_json=as_json)


@target_group.command("resend")
@click.argument("name")
@click.option("--from", "start", type=Day(), help="Everything stored from this day on, once more.")
@click.option("--dead", is_flag=True, help="What it refused, once more.")
@click.option("--statement", type=click.UUID, help="With --dead: only this one.")
@dry_run_option
@json_option
@refusing
def resend_command(
    name: str,
    *,
    start: datetime | None,
    dead: bool,
    statement: UUID | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send again what went before: the receiver knows each statement by its id and keeps it once."""
    if (start is None) == (not dead) or (statement is not None and not dead):
        raise click.UsageError("name either --from DATE or --dead, the latter perhaps with --statement ID")
    with open_database() as session, writing(session) as database:
        target = targets.find_target(database, name)
        if start is not None:
            number = targets.count_from(database, target, start)
            changed = targets.resend_from(target, start, now())
        else:
            number = targets.resend_dead(database, target, now(), statement)
            changed = number > 0
        if dry_run:
            database.rollback()
    text = _resent(name, number, changed=changed, dry_run=dry_run)
    say(text, {"statements": number, "changed": changed, "dry_run": dry_run}, as_json=as_json)


def _resent(name: str, number: int, *, changed: bool, dry_run: bool) -> str:
    if not changed:
        return f"nothing to send {name} again: it is not that far yet, or refused nothing"
    return f"{number} statements {'would go' if dry_run else 'go'} to {name} again"


@target_group.command("discard")
@click.argument("name")
@click.argument("statement", type=click.UUID)
@click.option("--reason", required=True, help="Why it need not arrive; it is kept.")
@json_option
@refusing
def discard_command(name: str, statement: UUID, *, reason: str, as_json: bool) -> None:
    """Give up sending a refused statement there; it stays in our own LRS."""
    with open_database() as session, writing(session) as database:
        target = targets.find_target(database, name)
        targets.discard(database, target, statement, "command line", reason, now())
    say(f"{statement} is not sent to {name} any more", {"statement": statement}, as_json=as_json)


@target_group.command("remove")
@click.argument("name")
@dry_run_option
@json_option
@refusing
def remove_command(name: str, *, dry_run: bool, as_json: bool) -> None:
    """Forget a target; what was delivered stays there, and our own statements stay here."""
    with open_database() as session, writing(session) as database:
        target = targets.find_target(database, name)
        standing = standing_of(database, target, now())
        facts = _facts(target, standing)
        targets.remove(database, target)
        if dry_run:
            database.rollback()
    verb = "would be" if dry_run else "is"
    text = f"{name} {verb} forgotten, with {standing.waiting} waiting and {standing.dead} refused statements"
    say(text, {**facts, "dry_run": dry_run}, as_json=as_json)


@target_group.command("test")
@click.argument("name")
@json_option
@refusing
def test_command(name: str, *, as_json: bool) -> None:
    """Send this hour's check to a target and read it back, now; status 1 when that does not work."""
    chosen = settings()
    with open_database(chosen) as database:
        target_id = targets.find_target(database, name).id
        database.rollback()
        canary = Canary(forwarding_outbound(chosen), chosen.secret_key, chosen.public_url)
        song, words = canary.sing(session_factory(cast("Engine", database.get_bind())), target_id, now())
    text = f"{name}: {song.replace('_', ' ')}{': ' if words else ''}{words}"
    say(text, {"result": song, "answer": words}, as_json=as_json)
    if song is not Song.WELL:
        sys.exit(1)


def _facts(target: ForwardingTarget, standing: Standing | None = None) -> dict[str, Any]:
    facts = {
        "name": target.name,
        "id": str(target.id),
        "url": target.url,
        "key": target.key,
        "xapi": target.version,
        "verbs": target.verbs,
        "activities": target.activities,
        "origin": target.origin,
        "since": None if target.since == BEGINNING else target.since.isoformat(),
        "canary": target.canary_result or "not yet" if target.canary else "off",
        "delivered": target.delivered,
        "settled_through": target.cursor_stored.isoformat(),
        "last_answer_at": target.last_answer_at.isoformat() if target.last_answer_at else None,
        "last_status": target.last_status,
        "last_answer": target.last_answer,
    }
    if standing is None:
        return facts
    oldest = standing.oldest.isoformat() if standing.oldest else None
    return {
        **facts, "state": str(standing.state), "since_when": standing.since.isoformat(),
        "waiting": standing.waiting, "oldest_waiting": oldest, "dead": standing.dead,
    }  # fmt: skip


def _letter(one: ForwardingLetter) -> dict[str, Any]:
    return {
        "statement_id": str(one.statement_id),
        "status": one.status,
        "at": one.at.isoformat(),
        "http_status": one.http_status,
        "answer": one.answer,
        "discarded_by": one.discarded_by,
        "discarded_why": one.discarded_why,
    }
