"""The practice LMS as a program: an honest peer, on this machine, over real sockets."""

import ast
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

import lms_plugin.rehearsal
from lms_plugin.rehearsal import LmsSettings
from lms_plugin.rehearsal.__main__ import main
from lms_plugin.rehearsal.jws import public_jwk
from lms_plugin.rehearsal.keys import SigningKey
from lms_plugin.rehearsal.tools import ToolKeys, ToolKeyUnavailable, fetch_json

OURS = ("lms_plugin", "course_content", "webinar_connector", "migrations")
PACKAGE = Path(lms_plugin.rehearsal.__file__).parent


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*.py")), ids=lambda file: file.name)
def test_it_imports_nothing_of_ours_outside_its_own_package(file: Path) -> None:
    ours = {name for name in imported(file) if name.split(".")[0] in OURS}
    assert all(name.startswith("lms_plugin.rehearsal") for name in ours)


class KeyServer:
    """A tool's key set on a real socket; `answers` is what each path says."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                status, body = outer.answers.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    served = KeyServer()
    thread = threading.Thread(target=served.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()
    thread.join(5)


def key_set(*keys: SigningKey) -> bytes:
    return json.dumps({"keys": [public_jwk(key.private_key.public_key(), key.kid) for key in keys]}).encode()


def test_tool_keys_are_fetched_once_and_again_for_a_new_name(
    key_server: KeyServer, tool_key: SigningKey
) -> None:
    key_server.answers["/jwks.json"] = (200, key_set(tool_key))
    keys, address = ToolKeys(), f"{key_server.url}/jwks.json"
    for _ in range(3):
        assert keys.find(address, tool_key.kid).key_id == tool_key.kid
    assert key_server.asked == ["/jwks.json"]
    with pytest.raises(ToolKeyUnavailable):
        keys.find(address, "unknown")


def test_two_keys_of_one_name_are_no_key(key_server: KeyServer, tool_key: SigningKey) -> None:
    key_server.answers["/jwks.json"] = (200, key_set(tool_key, tool_key))
    with pytest.raises(ToolKeyUnavailable):
        ToolKeys().find(f"{key_server.url}/jwks.json", tool_key.kid)


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"{}"), (302, b"{}"), (200, b"not json"), (200, b" " * (256 * 1024 + 1))]
)
def test_an_unusable_key_set_is_an_error_of_the_tool(key_server: KeyServer, status: int, body: bytes) -> None:
    key_server.answers["/jwks.json"] = (status, body)
    keys = ToolKeys(fetch_json)
    with pytest.raises(ToolKeyUnavailable):
        keys.find(f"{key_server.url}/jwks.json", "any")


def test_nobody_listening_is_an_error_of_the_tool(key_server: KeyServer) -> None:
    key_server.server.server_close()
    with pytest.raises(ToolKeyUnavailable):
        fetch_json(f"{key_server.url}/jwks.json")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "lms.example"])
def test_it_does_not_listen_to_the_network_unless_told(host: str) -> None:
    result = CliRunner().invoke(main, ["--host", host])
    assert result.exit_code == 2
    assert "--open-to-network" in result.output


@pytest.mark.parametrize("address", ["localhost:8001", "ftp://x", "http://", "http://x/"])
def test_addresses_must_be_plain_origins(address: str) -> None:
    with pytest.raises(ValueError, match="an address must be"):
        LmsSettings(url=address)
