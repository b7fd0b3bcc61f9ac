"""A small web server that answers what a test tells it to, and counts."""

import contextlib
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.services.serving import GLANCE


@dataclass
class Remote:
    """What it answers, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    asked: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Remote]:
    """Serves on a free port of 127.0.0.1 until the block ends."""
    remote = Remote()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            remote.asked.append((self.command, self.path, dict(self.headers), sent))
            time.sleep(remote.delay_seconds)
            with contextlib.suppress(ConnectionError):
                self.send_response(remote.status)
                for name, value in {"Content-Length": str(len(remote.body)), **remote.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(remote.body)

        do_GET = do_POST = _answer

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    remote.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(GLANCE,), daemon=True)
    thread.start()
    try:
        yield remote
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
