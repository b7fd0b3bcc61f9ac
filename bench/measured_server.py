"""Servers started for a measurement: awaited, their CPU time read, stopped."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

STARTING_SECONDS = 60
STOPPING_SECONDS = 15
GLANCE_SECONDS = 0.1
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], probe: str, log: Path) -> Iterator[int]:
    """Starts a server in a session of its own, yields its process id once `probe` answers, and stops it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _await(process, probe, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], probe: str, log: Path) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while not _answers(probe):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"a server did not start:\n{log.read_text()[-2000:]}")
        time.sleep(GLANCE_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own servers
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def session_cpu_seconds(leader: int) -> float:
    """CPU time of a server and its workers so far: those in the session that it leads."""
    return sum(seconds for _parent, session, seconds in _processes() if session == leader)


def children_cpu_seconds(parent: int) -> float:
    """CPU time of a PostgreSQL server's backends so far: each leads a session of its own."""
    return sum(seconds for father, _session, seconds in _processes() if father == parent)


def _processes() -> Iterator[tuple[int, int, float]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended while we looked
            # After the name in parentheses: state, parent, group, session, …, user ticks 12th, system 13th.
            facts = stat.read_text().rpartition(")")[2].split()
            yield int(facts[1]), int(facts[3]), (int(facts[11]) + int(facts[12])) / TICKS
