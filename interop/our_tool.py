"""Our tool as anybody runs it: `coalizione migrate`, `platform add`, `serve`, `worker`, each a process."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.measured_server import free_port, running
from interop.environment import ROOT

COMMAND_SECONDS = 60


@dataclass(frozen=True)
class OurTool:
    """A running installation on SQLite, with its folder and its environment variables."""

    address: str
    environment: Mapping[str, str] = field(repr=False)
    folder: Path

    def command(self, *arguments: str) -> str:
        """What `coalizione …` prints; raises CalledProcessError with its words."""
        return _coalizione(self.environment, *arguments)

    def asked(self, *arguments: str) -> object:
        """What `coalizione … --json` answers."""
        return json.loads(self.command(*arguments, "--json"))


def _coalizione(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lms_plugin.commands", *arguments],
        env={**os.environ, **environment}, cwd=ROOT, check=True, capture_output=True, text=True,
        timeout=COMMAND_SECONDS,
    )  # fmt: skip
    return done.stdout


@contextlib.contextmanager
def our_tool(folder: Path) -> Iterator[OurTool]:
    """A fresh installation, served until the end; it knows no platform yet."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "COALIZIONE_SECRET_KEY": secrets.token_urlsafe(48),
        "COALIZIONE_PUBLIC_URL": address,
        "COALIZIONE_DATABASE_URL": f"sqlite:///{folder}/tool.db",
        "COALIZIONE_TRUSTED_HOSTS": "127.0.0.1,localhost",
        "PYTHONPATH": str(ROOT),
    }
    _coalizione(environment, "migrate")
    command = [sys.executable, "-m", "lms_plugin.commands", "serve", "--port", str(port)]
    with running(command, environment, f"{address}/livez", folder / "tool.log"):
        yield OurTool(address, environment, folder)


def add_platform(tool: OurTool, name: str, facts: Mapping[str, str]) -> None:
    """Registers a platform; `facts` are the options of `coalizione platform add` without their dashes."""
    options = [part for option, value in facts.items() for part in (f"--{option}", value)]
    tool.command("platform", "add", "--name", name, *options)
