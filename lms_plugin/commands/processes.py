"""Starts several processes, waits until each answers, and stops them all together."""

import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import requests

from lms_plugin.errors import Refusal

STARTING_SECONDS = 60
STOPPING_SECONDS = 25
GLANCE_SECONDS = 0.2
SERVER_ERROR = 500


class ProcessFailed(Refusal):
    """One of the processes did not start, or ended by itself."""

    code = "process_failed"


class PortTaken(Refusal):
    """Somebody else listens where we must."""

    code = "port_taken"


@dataclass(frozen=True, slots=True)
class Program:
    """A process to run; `answers_at` is the URL that tells it is up, None when it has none."""

    name: str
    command: Sequence[str]
    answers_at: str | None = None


def require_free_ports(ports: Sequence[int]) -> None:
    """Raises PortTaken, naming the port and what to do."""
    for port in ports:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise PortTaken(
                    f"port {port} is in use: stop what listens there, or choose others: --port"
                ) from error


class Crew:
    """The running processes; use as a context manager, which stops them all on the way out."""

    def __init__(self, programs: Sequence[Program], environment: Mapping[str, str], logs: Path) -> None:
        self.programs, self.environment, self.logs = programs, dict(environment), logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Crew":
        # SIGINT too: a shell that starts us in the background leaves it ignored.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _interrupt)
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            for program in self.programs:
                self._start(program)
            for program in self.programs:
                self._await(program)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_reason: object) -> None:
        self.stop()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _start(self, program: Program) -> None:
        with self._log(program.name).open("ab") as log:
            # A session of its own: Ctrl-C reaches us alone, and we stop the crew in order.
            self.running[program.name] = subprocess.Popen(  # noqa: S603  (our own programs, no shell)
                program.command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def _await(self, program: Program) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while program.answers_at and not _answers(program.answers_at):
            self.check()
            if time.monotonic() > until:
                raise ProcessFailed(f"{program.name} does not answer: see {self._log(program.name)}")
            time.sleep(GLANCE_SECONDS)

    def check(self) -> None:
        """Raises ProcessFailed if one has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise ProcessFailed(f"{name} ended with status {process.returncode}: see {self._log(name)}")

    def watch(self) -> None:
        """Returns never; raises KeyboardInterrupt on Ctrl-C or SIGTERM, ProcessFailed when one ends."""
        while True:
            self.check()
            time.sleep(GLANCE_SECONDS)

    def stop(self) -> None:
        """Asks each to stop, and kills what does not."""
        for process in self.running.values():
            process.terminate()
        until = time.monotonic() + STOPPING_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _answers(url: str) -> bool:
    # "localhost" may mean ::1 first, where nobody listens.
    parts = urlsplit(url)
    local = parts._replace(netloc=parts.netloc.replace("localhost", "127.0.0.1")).geturl()
    try:
        return requests.get(local, timeout=2, allow_redirects=False).status_code < SERVER_ERROR
    except requests.RequestException:
        return False
