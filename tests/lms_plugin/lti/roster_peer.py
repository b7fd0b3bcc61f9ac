"""An LMS whose roster answers whatever a test wants, page by page, wrong ones included."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.services.serving import GLANCE

Page = tuple[int, bytes, dict[str, str]]


@dataclass
class RosterPeer:
    """`answer` makes the page for a path; `asked` are the paths and headers that came."""

    url: str = ""
    answer: Callable[[str], Page] = lambda _path: page([])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def roster_url(self) -> str:
        return f"{self.url}/memberships"


def page(members: Any, link: str = "", **changes: Any) -> Page:
    """A container of members, with a Link header."""
    body = json.dumps({"id": "x", "context": {"id": "course"}, "members": members} | changes).encode()
    return 200, body, {"Link": link} if link else {}


def member(user_id: Any, **fields: Any) -> dict[str, Any]:
    """A member whose LMS shares little."""
    return {"user_id": user_id, "roles": ["Learner"], **fields}


@contextlib.contextmanager
def serving_roster() -> Iterator[RosterPeer]:
    """Serves on a free port of 127.0.0.1 until the block ends."""
    peer = RosterPeer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            peer.asked.append((self.path, dict(self.headers)))
            status, body, headers = peer.answer(self.path)
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    peer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(GLANCE,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
