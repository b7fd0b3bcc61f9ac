"""The other side of our deliveries, as small real servers that misbehave: an LRS, an LMS that takes scores.

Each keeps what it has accepted, and how often it was told. A fault may come before the request is taken in,
or after: then the receiver has it, and the sender does not know.
"""

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

# What may go wrong with one request; None is nothing.
FAULTS = ("error before", "error after", "too many", "drop before", "drop after", "stall")
Misbehave = Callable[[], str | None]
STALL_SECONDS = 2.0


def behave() -> str | None:
    """Never misbehaves."""
    return None


@dataclass
class Receiver:
    """What arrived. `conflicts` counts what contradicts something accepted earlier."""

    url: str = ""
    misbehave: Misbehave = behave
    accepted: dict[str, Any] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    contradictions: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, str]:
        """Takes a request in; status and body of the answer."""
        raise NotImplementedError


@dataclass
class LrsReceiver(Receiver):
    """An LRS that knows POST /statements: one id, one content, and 409 for what it has already.

    `accepted` is in the order of arrival. `rejects` are ids that it answers with 400;
    `largest` is how many statements it takes at once.
    """

    rejects: set[str] = field(default_factory=set)
    largest: int = 1000
    batches: list[int] = field(default_factory=list)
    multiparts: list[bytes] = field(default_factory=list)

    def take(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, str]:
        if path.endswith("/about"):
            return 200, '{"version": ["1.0.3"]}'
        if "statementId" in query:
            found = self.accepted.get(query["statementId"][0])
            return (200, json.dumps(found)) if found else (404, "")
        if body.startswith(b"--"):
            self.multiparts.append(body)
            body = body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]
        batch = {statement["id"]: statement for statement in json.loads(body)}
        self.batches.append(len(batch))
        if len(batch) > self.largest:
            return 413, "too many"
        wrong = [told for told in batch if told in self.rejects]
        if wrong:
            return 400, f"the statement {wrong[0]} is wrong"
        known = [told for told in batch if told in self.accepted]
        self.told.update(batch.keys())
        self.contradictions += [told for told in known if self.accepted[told] != batch[told]]
        if known:
            return 409, "I have some of them already"
        self.accepted |= batch
        return 200, json.dumps(list(batch))


class AgsReceiver(Receiver):
    """An LMS that gives tokens and takes scores; one not newer than the person's last is a conflict."""

    def take(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, str]:
        if path.endswith("/token"):
            return 200, json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 3600})
        score = json.loads(body)
        told = f"{path} {score['userId']} {score['timestamp']}"
        self.told[told] += 1
        column = f"{path} {score['userId']}"
        history: list[dict[str, Any]] = self.accepted.setdefault(column, [])
        if any(one["timestamp"] == score["timestamp"] and one != score for one in history):
            self.contradictions.append(told)
        if history and history[-1]["timestamp"] >= score["timestamp"]:
            return 409, "an earlier timestamp"
        history.append(score)
        return 200, ""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with receiver.lock:
                fault = receiver.misbehave()
                receiver.faults[str(fault)] += 1
                receiver.headers.append(dict(self.headers.items()))
                early = fault in {"error before", "too many", "drop before", "stall"}
                status, text = (500, "") if early else receiver.take(parts.path, parse_qs(parts.query), body)
                scripted = receiver.answers.pop(0) if receiver.answers else None
            self._answer(fault, *(scripted or (status, {}, text)))

        do_POST = do_GET = do_PUT

        def _answer(self, fault: str | None, status: int, headers: dict[str, str], text: str) -> None:
            if fault == "stall":
                time.sleep(STALL_SECONDS)
            if fault in {"stall", "drop before", "drop after"}:
                self.close_connection = True
                return
            if fault == "too many":
                status, headers = 429, {"Retry-After": "1"}
            self.send_response(500 if fault in {"error before", "error after"} else status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """A sender that was killed leaves broken pipes: nothing to say about them."""


@contextlib.contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """Serves the receiver on a free loopback port; its `url` says where."""
    server = _Server(("127.0.0.1", 0), _handler(receiver))
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
