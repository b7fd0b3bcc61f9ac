"""The `coalizione` command line: one file a group, every command with --json and exit status 0, 1 or 2."""

import click

from lms_plugin.commands.database import migrate_command

COMMANDS: tuple[click.Command, ...] = (migrate_command,)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """CO-AliZIONE Formazione: modules, webinars and verifiable records for any LMS."""


for command in COMMANDS:
    main.add_command(command)
