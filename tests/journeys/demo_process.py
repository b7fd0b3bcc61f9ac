"""`coalizione demo` as a process of its own on three free ports, and what it printed."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STARTING_SECONDS = 90


@dataclass(frozen=True)
class Demo:
    """The addresses that a newcomer reads off the screen."""

    lms: str
    sign_in_link: str
    statements: str
    lrs_key: str
    lrs_secret: str
    folder: Path
    process: subprocess.Popen[str]
    port: int


def three_free_ports() -> int:
    """The first of three free ports in a row; each process looks in a place of its own.

    Below those that the system gives out by itself, or one might be gone before the demo takes it.
    """
    own = os.getpid() % 900
    for first in (18400 + 9 * ((own + step) % 900) for step in range(900)):
        try:
            with contextlib.ExitStack() as stack:
                for port in range(first, first + 3):
                    listener = stack.enter_context(socket.socket())
                    listener.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no three free ports in a row")


def command(folder: Path, port: int) -> list[str]:
    """What starts it."""
    return [
        sys.executable,
        "-u",
        "-m",
        "lms_plugin.commands",
        "demo",
        "--folder",
        str(folder),
        "--port",
        str(port),
    ]


@contextlib.contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Starts it, reads its greeting, and stops it with Ctrl-C at the end."""
    port = three_free_ports()
    process = subprocess.Popen(
        command(folder, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _read(process, _greeting(process), folder, port)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=40)


def _greeting(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said, until = "", time.monotonic() + STARTING_SECONDS
    while "local room" not in said:
        line = process.stdout.readline()
        assert line, f"the demo ended: {said}"
        assert time.monotonic() < until, said
        said += line
    return said


def _read(process: subprocess.Popen[str], said: str, folder: Path, port: int) -> Demo:
    def find(pattern: str) -> str:
        match = re.search(pattern, said)
        assert match, said
        return match[1]

    return Demo(
        lms=find(r"practice LMS\s+(\S+)"),
        sign_in_link=find(r"secretariat\s+(\S+)"),
        statements=find(r"tool and LRS\s+(\S+)"),
        lrs_key=find(r"curl -u (\w+):"),
        lrs_secret=find(r"curl -u \w+:(\S+)"),
        folder=folder,
        process=process,
        port=port,
    )
