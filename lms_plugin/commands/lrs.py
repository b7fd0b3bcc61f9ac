"""`coalizione lrs credential …` and `coalizione lrs target …`."""

import click

from lms_plugin.commands.lrs_credential import credential_group
from lms_plugin.commands.lrs_target import target_group


@click.group("lrs")
def lrs_group() -> None:
    """The built-in Learning Record Store."""


lrs_group.add_command(credential_group)
lrs_group.add_command(target_group)
