"""`coalizione proof seal | days | keys | export | verifier`: sealed days, and packs that prove themselves."""

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.commands.persons import find_learner
from lms_plugin.proofs.days import Sealing, seal_due
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.pack import write_pack
from lms_plugin.proofs.selection import Selection, of_day, of_learner, of_record
from lms_plugin.proofs.tables import ProofDay
from lms_plugin.proofs.verifier import verifier_source


@click.group("proof")
def proof_group() -> None:
    """Sealed days, and packs of records that prove themselves; see docs/proofs.md."""


@proof_group.command("seal")
@json_option
@refusing
def seal_command(*, as_json: bool) -> None:
    """Seal every day that is over now, as the worker does every ten minutes."""
    chosen = settings()
    with open_database(chosen) as database:
        done = seal_due(database, Sealing(chosen.public_url, chosen.secret_key), now())
    days = [day.isoformat() for day in done]
    say(
        f"{len(days)} days sealed" + (f", {days[-1]} the newest" if days else ""),
        {"days": days},
        as_json=as_json,
    )


@proof_group.command("days")
@click.option(
    "--last", default=14, show_default=True, type=click.IntRange(1), help="How many, the newest first."
)
@json_option
@refusing
def days_command(*, last: int, as_json: bool) -> None:
    """Show the newest sealed days: whoever notes a head keeps all before it from being changed."""
    with open_database() as database:
        rows = database.scalars(select(ProofDay).order_by(ProofDay.number.desc()).limit(last)).all()
    told = [
        {
            "day": row.day.isoformat(),
            "records": row.leaves,
            "head": row.header_hash,
            "stamped": bool(row.time_stamp),
        }
        for row in rows
    ]
    stamps = ["  time-stamped" if one["stamped"] else "" for one in told]
    lines = [
        f"{one['day']}  {one['records']:>9} records  {one['head']}{stamp}"
        for one, stamp in zip(told, stamps, strict=True)
    ]
    say("\n".join(lines) or "no day is sealed yet", {"days": told}, as_json=as_json)


@proof_group.command("keys")
@refusing
def keys_command() -> None:
    """Print every public key that signs or has ever signed, as /xapi/proof/jwks.json serves them."""
    with open_database() as database:
        keys = proof_key_set(database)
    say("", keys, as_json=True)


@proof_group.command("verifier")
def verifier_command() -> None:
    """Print the offline verifier: one file for Python 3.11 and `cryptography`."""
    click.echo(verifier_source(), nl=False)


@proof_group.command("export")
@click.argument("record", required=False, type=click.UUID)
@click.option("--learner", help="All about one learner: their id here, or their account name in their LMS.")
@click.option(
    "--home-page", default="", help="With --learner: the LMS of the account, where several have the name."
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="All that was sealed on a day (UTC).")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The pack to write."
)
@json_option
@refusing
def export_command(
    record: UUID | None,
    learner: str | None,
    home_page: str,
    day: datetime | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """Write a pack about RECORD (the id of a statement, or of a piece of evidence), a learner, or a day."""
    if sum(one is not None for one in (record, learner, day)) != 1:
        raise click.UsageError("name one of RECORD, --learner and --day")
    chosen = settings()
    sealing = Sealing(chosen.public_url, chosen.secret_key)
    with open_database(chosen) as database, _new_file(out) as file:
        asked = _selection(database, record, learner, home_page, day.date() if day else None)
        done = write_pack(database, sealing, asked, file, now())
    text = f"{done.records} records in {done.days} sealed days, signed by {done.key}: {out}"
    facts = {"records": done.records, "days": done.days, "key": done.key, "file": str(out)}
    say(text, facts, as_json=as_json)


def _selection(
    database: Session, record: UUID | None, learner: str | None, home_page: str, day: date | None
) -> Selection:
    if record is not None:
        return of_record(record)
    return of_day(day) if day else of_learner(find_learner(database, learner or "", home_page))


@contextlib.contextmanager
def _new_file(out: Path) -> Iterator[IO[bytes]]:
    """A file that is there, under its name, only when it is whole."""
    with tempfile.NamedTemporaryFile(dir=out.absolute().parent, delete=False) as file:
        try:
            yield file
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(out)
