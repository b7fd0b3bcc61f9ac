"""The real local room and small real servers, each in a thread on a free port, bounded and stopped."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiohttp import web

from webinar_connector.local_room.app import make_app
from webinar_connector.local_room.settings import RoomSettings
from webinar_connector.providers.bigbluebutton import BigBlueButton, BigBlueButtonSettings

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"


@contextmanager
def room_process(**parameters: object) -> Iterator[str]:
    """A local room with these settings; gives its address, stops it gracefully at the end."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    address: list[str] = []

    async def serve() -> None:
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        address.append(f"http://127.0.0.1:{sock.getsockname()[1]}")
        settings = RoomSettings(
            **{"secret": SECRET, "url": address[0], "retry_pauses": (0.05, 0.1), **parameters}
        )
        runner = web.AppRunner(make_app(settings), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.SockSite(runner, sock).start()
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive()
        loop.close()


@dataclass
class Letter:
    """One request a small server received."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Mailbox:
    """What arrived, in order; webhooks get `statuses` first, then 200."""

    url: str = ""
    letters: list[Letter] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, wanted: Callable[[list[Letter]], bool], seconds: float = 8) -> list[Letter]:
        """The letters once `wanted` holds; fails after `seconds`."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: wanted(self.letters), seconds), self.letters
            return list(self.letters)


@contextmanager
def small_server(handle: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A real HTTP server whose every GET and POST is answered by `handle`."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            handle(self)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A server that keeps every callback it receives."""
    box = Mailbox()

    def keep(request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        with box.arrived:
            box.letters.append(Letter(request.command, request.path, dict(request.headers), body))
            status = box.statuses.pop(0) if box.statuses and "/events/" in request.path else 200
            box.arrived.notify_all()
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    with small_server(keep) as url:
        box.url = url
        yield box


@pytest.fixture
def room() -> Iterator[str]:
    """The address of a running local room."""
    with room_process() as url:
        yield url


def provider_for(url: str, **settings: object) -> BigBlueButton:
    """A provider for a server at `url`, with the room's secret unless told otherwise."""
    parts = {"url": f"{url}/bigbluebutton/", "secret": SECRET, "seconds": 3, **settings}
    return BigBlueButton(BigBlueButtonSettings(**parts))  # type: ignore[arg-type]
