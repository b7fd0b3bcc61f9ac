"""The `coalizione` command line: one file a group, every command with --json and exit status 0, 1 or 2."""

import click

from lms_plugin.commands.content import content_group
from lms_plugin.commands.database import migrate_command
from lms_plugin.commands.demo import demo_command
from lms_plugin.commands.lrs import lrs_group
from lms_plugin.commands.outbox import outbox_group
from lms_plugin.commands.platform import platform_group
from lms_plugin.commands.records import replay_command, verify_command
from lms_plugin.commands.serving import serve
from lms_plugin.commands.staff import staff_group
from lms_plugin.commands.webinars import webinars_group
from lms_plugin.commands.worker import worker_command

COMMANDS: tuple[click.Command, ...] = (
    migrate_command,
    serve,
    demo_command,
    content_group,
    webinars_group,
    platform_group,
    lrs_group,
    staff_group,
    worker_command,
    outbox_group,
    replay_command,
    verify_command,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """CO-AliZIONE Formazione: modules, webinars and verifiable records for any LMS."""


for command in COMMANDS:
    main.add_command(command)
