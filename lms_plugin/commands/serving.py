"""`coalizione serve`: the web process."""

import os
import sys

import click

from lms_plugin.commands.console import open_database, refusing, settings

GRACE_SECONDS = 20  # a request that is being answered when we are told to stop may take this long
THREADS = 4


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--json", "as_json", is_flag=True, help="Say why it does not start as one JSON object.")
@refusing
def serve(*, host: str, port: int, workers: int, as_json: bool) -> None:
    """Serve the pages, the LTI tool and the LRS with gunicorn; Ctrl-C or SIGTERM stops it gracefully."""
    del as_json
    with open_database(settings()):
        pass  # refuses an unmigrated database before gunicorn starts workers that would all fail
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [sys.executable, "-m", "gunicorn", "lms_plugin.wsgi:application", "--bind", address]
    command += ["--workers", str(workers), "--worker-class", "gthread", "--threads", str(THREADS)]
    # The programmes are read once, before the workers are forked; no connection is open by then.
    command += ["--preload", "--graceful-timeout", str(GRACE_SECONDS), "--log-level", "warning"]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  (our own interpreter, no shell)
