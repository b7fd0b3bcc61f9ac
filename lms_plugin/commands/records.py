"""`coalizione replay` and `coalizione verify`."""

import sys
from dataclasses import asdict

import click

from lms_plugin.commands.console import json_option, open_database, refusing, say, settings
from lms_plugin.proofs.checking import Checked, check_proofs
from lms_plugin.proofs.time_stamping import trusted_roots
from lms_plugin.records.replay import replay
from lms_plugin.records.verify import Verified, verify
from lms_plugin.storage import writing

SHOWN = 20


@click.command("replay")
@json_option
@refusing
def replay_command(*, as_json: bool) -> None:
    """Rebuild completions, own statements and the outbox from the evidence; all or nothing."""
    with open_database() as database, writing(database):
        done = replay(database)
    rebuilt = ", ".join(
        f"{getattr(done.after, table)} {table} (were {getattr(done.before, table)})"
        for table in ("completions", "statements", "outbox")
    )
    say(f"rebuilt from the evidence of {done.learners} learners: {rebuilt}", asdict(done), as_json=as_json)


@click.command("verify")
@json_option
@refusing
def verify_command(*, as_json: bool) -> None:
    """Check every chain, everything derived, and every sealed day; status 1 when something is wrong."""
    chosen = settings()
    with open_database(chosen) as database:
        found = verify(database)
        sealed = check_proofs(database, chosen.secret_key, trusted_roots(chosen.tsa_roots))
    facts = {"sound": found.sound and sealed.sound, **asdict(found), "proofs": asdict(sealed)}
    say("\n".join([_report(found), _proofs_report(sealed)]), facts, as_json=as_json)
    if not facts["sound"]:
        sys.exit(1)


def _proofs_report(sealed: Checked) -> str:
    lines = [f"{sealed.leaves} records in {sealed.days} sealed days read"]
    lines += [f"proof: {one.what}: {one.reason}" for one in sealed.wrong[:SHOWN]]
    if len(sealed.wrong) > SHOWN:
        lines.append(f"… and {len(sealed.wrong) - SHOWN} more (--json lists all)")
    lines += [f"note: {one.what}: {one.reason}" for one in sealed.notes[:SHOWN]]
    return "\n".join(lines if sealed.wrong else [*lines, "every sealed day and every record in it is sound"])


def _report(found: Verified) -> str:
    lines = [f"{found.rows} facts about {found.learners} learners read"]
    lines += [f"broken: learner {one.learner_id}, row {one.sequence}: {one.reason}" for one in found.breaks]
    lines += [f"{one.table} {one.id}: {one.what}" for one in found.differences[:SHOWN]]
    if len(found.differences) > SHOWN:
        lines.append(f"… and {len(found.differences) - SHOWN} differences more (--json lists all)")
    if found.differences:
        lines.append("`coalizione replay` rebuilds what is derived")
    return "\n".join(lines if not found.sound else [*lines, "every chain and every derived row is sound"])
