"""A Flask application really served over HTTP on a loopback port, in a thread, stopped at the end."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wsgi import ClosingIterator

GLANCE = 0.02  # seconds after which a server that shall stop notices; by itself it takes half of one
# Bound from the moment a test asks: given back, another process might take a port meanwhile.
_held: dict[int, socket.socket] = {}


def free_port() -> int:
    """A port that is ours, for an application that must know its address before it is served."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])
    _held[port] = listener
    return port


def server_on(app: Callable[..., Iterable[bytes]], port: int = 0) -> BaseWSGIServer:
    """A server on a port of `free_port` (on any, when told none), for its caller to run and to close."""
    with _held.pop(port, None) or socket.create_server(("127.0.0.1", port)) as listener:
        return make_server("127.0.0.1", port, app, threaded=True, fd=listener.fileno())


class _Counted:
    """A WSGI application that can be waited for: what it still answers holds connections to a database."""

    def __init__(self, app: Flask) -> None:
        self.app, self.under_way, self.changed = app, 0, threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._count(1)
        try:
            return ClosingIterator(self.app(environ, start_response), lambda: self._count(-1))
        except BaseException:
            self._count(-1)
            raise

    def _count(self, step: int) -> None:
        with self.changed:
            self.under_way += step
            self.changed.notify_all()

    def wait(self) -> None:
        """Returns when nothing is under way any more, or after ten seconds."""
        with self.changed:
            self.changed.wait_for(lambda: not self.under_way, 10)


@contextlib.contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Serves the application and yields http://localhost:<port>."""
    counted = _Counted(app)
    server = server_on(counted, port)
    thread = threading.Thread(target=server.serve_forever, args=(GLANCE,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        counted.wait()
