"""The platform as the driver sees it: started in its own environment, and asked over HTTP."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.measured_server import free_port, running
from interop.environment import ROOT

REQUIREMENTS = ROOT / "interop" / "requirements.txt"
TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class OpenEdx:
    """A running platform; block `declared` has a column of its own, at `programmatic` the tool makes them."""

    address: str

    def asked(self, what: str, **said: object) -> Any:
        """Turns or reads something that a person would in Studio."""
        url = f"{self.address}/control/{what}"
        answer = requests.post(url, data=json.dumps(said), timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def person(self, username: str) -> dict[str, str]:
        """Somebody in the course."""
        found: dict[str, str] = self.asked("people")[username]
        return found

    def login_initiation(self, person: str, block: str = "declared", **said: object) -> str:
        """The address that clicking the block leads to."""
        return str(self.asked("launch", person=person, block=block, **said)["url"])

    def platform_facts(self) -> dict[str, str]:
        """What its author's page shows, as options of `coalizione platform add`."""
        told = self.asked("registration")
        return {
            "issuer": self.address, "client-id": told["client_id"], "deployment-id": told["deployment_id"],
            "auth-login-url": told["oidc_callback"], "auth-token-url": told["token_url"],
            "jwks-url": told["keyset_url"],
        }  # fmt: skip


@contextlib.contextmanager
def openedx(python: Path, folder: Path, tool: str, target: str) -> Iterator[OpenEdx]:
    """Serves the platform until the end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(python), str(ROOT / "interop" / "openedx" / "serve.py"), "--folder", str(folder)]
    command += ["--port", str(port), "--tool", tool, "--target", target]
    with running(command, {}, f"{address}/control/gradebook", folder / "openedx.log"):
        yield OpenEdx(address)
