"""The `coalizione` command line: every command with --json and exit status 0, 1 or 2."""

import importlib

import click

# Command to where it is: a module is loaded when its command is called, so that each starts quickly.
COMMANDS = {
    "attempts": "attempts:attempts_group",
    "content": "content:content_group",
    "demo": "demo:demo_command",
    "key": "key:key_group",
    "lrs": "lrs:lrs_group",
    "migrate": "database:migrate_command",
    "outbox": "outbox:outbox_group",
    "person": "person:person_group",
    "platform": "platform:platform_group",
    "proof": "proof:proof_group",
    "replay": "records:replay_command",
    "role": "role:role_group",
    "roster": "roster:roster_group",
    "serve": "serving:serve",
    "staff": "staff:staff_group",
    "verify": "records:verify_command",
    "webinars": "webinars:webinars_group",
    "worker": "worker:worker_command",
}


class LazyGroup(click.Group):
    """Knows its commands by name only, until one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """CO-AliZIONE Formazione: modules, webinars and verifiable records for any LMS."""
