"""A small LMS that registers tools exactly as a test tells it to, and remembers what it was asked."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lms_plugin.rehearsal.keys import KeyRing
from tests.services.serving import GLANCE

Answer = tuple[int, dict[str, str], bytes]
CONFIGURATION, KEYS, REGISTRATION = "/openid-configuration", "/jwks", "/registration"


def as_json(document: object, status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


@dataclass
class SmallLms:
    """Where it is, what it answers by path, what it was asked."""

    url: str
    keys: KeyRing
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def document(self, **changes: Any) -> dict[str, Any]:
        """Its configuration, changed; None takes a member out."""
        members: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}{KEYS}",
            "registration_endpoint": f"{self.url}{REGISTRATION}",
            "id_token_signing_alg_values_supported": ["RS256"],
        } | changes
        return {name: value for name, value in members.items() if value is not None}

    def configure(self, **changes: Any) -> None:
        """Publishes a changed configuration."""
        self.answers[CONFIGURATION] = as_json(self.document(**changes))

    def registers_as(self, status: int = 200, **answer: Any) -> None:
        """What it answers to a registration."""
        self.answers[REGISTRATION] = as_json(answer, status)

    def paths(self) -> list[str]:
        """Which paths were asked for."""
        return [path.partition("?")[0] for _method, path, _headers, _body in self.asked]


@contextlib.contextmanager
def serving_small_lms(keys: KeyRing, host: str = "127.0.0.1", port: int = 0) -> Iterator[SmallLms]:
    """Serves on a loopback address until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            lms.asked.append((self.command, self.path, dict(self.headers), sent))
            missing: Answer = (404, {}, b"")
            status, headers, body = lms.answers.get(self.path.partition("?")[0], missing)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        do_GET = do_POST = _answer

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer((host, port), Handler)
    lms = SmallLms(f"http://{host}:{server.server_port}", keys)
    lms.configure()
    lms.answers[KEYS] = as_json(keys.jwks())
    lms.registers_as(client_id="client-1")
    thread = threading.Thread(target=server.serve_forever, args=(GLANCE,), daemon=True)
    thread.start()
    try:
        yield lms
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
