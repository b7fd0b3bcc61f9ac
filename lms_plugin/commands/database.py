"""`coalizione migrate`."""

import click

from lms_plugin.commands.console import json_option, refusing, say, settings
from lms_plugin.migration import migrate
from lms_plugin.storage import make_engine


@click.command("migrate")
@json_option
@refusing
def migrate_command(*, as_json: bool) -> None:
    """Bring the database to the revision that this version needs."""
    revision = migrate(make_engine(settings().database_url))
    say(f"the database is at revision {revision}", {"revision": revision}, as_json=as_json)
