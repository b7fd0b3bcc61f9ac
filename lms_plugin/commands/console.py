"""What every command shares: settings, a database, the clock, --json, and exit statuses 0, 1 and 2."""

import contextlib
import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.migration import require_migrated
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import make_engine, session_factory

Command = TypeVar("Command", bound=Callable[..., Any])
# All control characters but tab and new line, and the marks of reading direction.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def settings() -> Settings:
    """The settings of this process, from its environment."""
    return read_settings(os.environ)


def now() -> datetime:
    """The time of this command, UTC."""
    return datetime.now(UTC)


@contextlib.contextmanager
def open_database(chosen: Settings | None = None) -> Iterator[Session]:
    """A session on the migrated database of the settings; raises DatabaseNotMigrated."""
    engine = make_engine((chosen or settings()).database_url)
    try:
        require_migrated(engine)
        with session_factory(engine)() as database:
            yield database
    finally:
        engine.dispose()


def say(text: str, facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Prints the answer of a command: the text for people, the facts for machines."""
    click.echo(plain(json.dumps(facts, ensure_ascii=False, default=str) if as_json else text))


def plain(text: str) -> str:
    """The text for a terminal: what would move its cursor, set its title or turn the reading direction is
    written as a JSON escape. An LMS, and who merely claims to be one, chooses some of what we print."""
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def refusing(command: Command) -> Command:
    """Ends a command that raises Refusal with status 1 and the reason on one line."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except Refusal as refusal:
            _complain(refusal, as_json=bool(options.get("as_json")))
            sys.exit(1)

    return wrapped  # type: ignore[return-value]


def _complain(refusal: Refusal, *, as_json: bool) -> None:
    if as_json:
        click.echo(plain(json.dumps({"error": refusal.code, "reason": str(refusal)}, ensure_ascii=False)))
    else:
        click.echo(plain(f"{refusal.code}: {refusal}"), err=True)
