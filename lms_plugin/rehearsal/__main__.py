"""python -m lms_plugin.rehearsal: the practice LMS on this machine."""

import logging
from ipaddress import ip_address
from pathlib import Path

import click
from werkzeug.serving import run_simple

from lms_plugin.rehearsal.application import make_lms
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.rehearsal.settings import LmsSettings


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@click.option("--url", default="http://localhost:8001", show_default=True, help="Own address and issuer.")
@click.option("--tool-url", default="http://localhost:8000", show_default=True, help="Address of the tool.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="File to remember things in.")
@click.option("--client-id", default="practice-lms", show_default=True)
@click.option("--deployment", "deployments", multiple=True, default=("1",), show_default=True)
@click.option("--profile", default="strict", show_default=True, type=click.Choice(list(PROFILES)))
@click.option("--open-to-network", is_flag=True, help="Allow a host that is not this machine.")
def main(  # noqa: PLR0913 - one argument per option
    *,
    host: str,
    port: int,
    url: str,
    tool_url: str,
    state: Path | None,
    client_id: str,
    deployments: tuple[str, ...],
    profile: str,
    open_to_network: bool,
) -> None:
    """Run the practice LMS. Whoever reaches it may be anybody in it, so it stays on this machine."""
    if not open_to_network and not _is_loopback(host):
        raise click.UsageError("nobody needs a password here: add --open-to-network to allow it anyway")
    settings = LmsSettings(
        url=url.rstrip("/"),
        tool_url=tool_url.rstrip("/"),
        client_id=client_id,
        deployment_ids=deployments,
        state_file=state,
        profile=profile,
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    click.echo(f"Practice LMS at {settings.url} for the tool at {settings.tool_url}", err=True)
    run_simple(host, port, make_lms(settings), threaded=True)


if __name__ == "__main__":
    main()
