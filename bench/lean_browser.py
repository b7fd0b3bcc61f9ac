"""A browser's requests with as little work as they can be made with: what the client does is measured too.

HTTP/1.1 over one kept connection for each thread, answers with `Content-Length`; no redirects, no cookie jar.
"""

import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlencode

TIMEOUT_SECONDS = 30
CHUNK = 65536
END = b"\r\n\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and headers; the body was read and thrown away."""

    status: int
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """The first header of this name, in lower case."""
        return next((value for found, value in self.headers if found == name), None)

    def cookies(self) -> str:
        """What a browser would send back; a cookie that was deleted has no value."""
        given = [value.split(";")[0] for name, value in self.headers if name == "set-cookie"]
        return "; ".join(cookie for cookie in given if not cookie.endswith("="))


class Browser:
    """Keeps one connection for each thread."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.local = threading.local()

    def post(self, path: str, fields: dict[str, str], cookies: str = "") -> Answer:
        """Posts a form and reads the whole answer; raises OSError, ValueError."""
        body = urlencode(fields)
        return self._ask(f"POST {path}", f"{FORM}Content-Length: {len(body)}\r\n", cookies, body)

    def get(self, path: str, cookies: str) -> Answer:
        """Opens a page and reads the whole of it; raises OSError, ValueError."""
        return self._ask(f"GET {path}", "Accept: text/html\r\n", cookies, "")

    def _ask(self, line: str, headers: str, cookies: str, body: str) -> Answer:
        if cookies:
            headers += f"Cookie: {cookies}\r\n"
        connection = self._connection()
        connection.sendall(f"{line} HTTP/1.1\r\nHost: {self.address}\r\n{headers}\r\n{body}".encode())
        answer = _read(connection)
        if answer.header("connection") == "close":
            self.forget()
        return answer

    def _connection(self) -> socket.socket:
        if not hasattr(self.local, "connection"):
            host, _colon, port = self.address.partition(":")
            self.local.connection = socket.create_connection((host, int(port)), TIMEOUT_SECONDS)
            self.local.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection: socket.socket = self.local.connection
        return connection

    def forget(self) -> None:
        """The next request opens a connection of its own."""
        connection = self.local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()


def _read(connection: socket.socket) -> Answer:
    received = _receive(connection)
    while END not in received:
        received += _receive(connection)
    head, _end, body = received.partition(END)
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    answer = Answer(
        int(status.split(" ")[1]), tuple((name.lower(), value.strip()) for name, _, value in pairs)
    )
    missing = int(answer.header("content-length") or 0) - len(body)
    while missing > 0:
        missing -= len(_receive(connection))
    return answer


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(CHUNK)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received
