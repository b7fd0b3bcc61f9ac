"""`python -m webinar_connector.local_room`: run the local room until Ctrl-C or SIGTERM."""

import sys

import click
from aiohttp import web

from webinar_connector.local_room.app import make_app
from webinar_connector.local_room.settings import RoomSettings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option("--port", default=8002, show_default=True, help="Port to listen on.")
@click.option(
    "--secret", envvar="LOCAL_ROOM_SECRET", required=True, help="Shared secret; better in the environment."
)
@click.option("--url", envvar="LOCAL_ROOM_URL", help="Public address; default http://localhost:PORT.")
def main(host: str, port: int, secret: str, url: str | None) -> None:
    """Stanza locale di prova: the BigBlueButton API and a plain room page, without audio and video."""
    try:
        app = make_app(RoomSettings(secret=secret, url=url or f"http://localhost:{port}"))
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    try:
        # No access log: room addresses are credentials.
        web.run_app(app, host=host, port=port, access_log=None, print=None, shutdown_timeout=2)
    except OSError as problem:
        click.echo(f"cannot listen on {host}:{port}: {problem.strerror}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
