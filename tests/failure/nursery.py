"""Starts writers and workers quickly: everything is imported once, and each process is forked from here.

Reads one command a line, `writer URL NOTEBOOK` or `worker`, and answers with the process id. A process runs
the same code as if it had been started by itself; only the seconds of importing and mapping are saved.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from lms_plugin.commands import main
from tests.failure.writer import write

LEASE_SECONDS = "1"


def run(command: list[str]) -> None:
    """Runs one command in this process, which ends with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if command[0] == "writer":
        write(command[1], Path(command[2]))
    else:
        main(["worker", "--lease", LEASE_SECONDS])


def serve() -> None:
    """Forks a process for each line until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried at once
    configure_mappers()
    print("ready", flush=True)  # noqa: T201 - the answer to the test
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run(line.split())
            finally:
                os._exit(0)
        print(child, flush=True)  # noqa: T201 - the answer to the test


if __name__ == "__main__":
    serve()
