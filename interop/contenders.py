"""The two tools that are sent forgeries, each with a practice LMS of its own and a neighbour of that LMS."""

import contextlib
import json
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from werkzeug.serving import make_server

from bench.measured_server import free_port, running
from interop.browser import Browser
from interop.environment import ROOT
from interop.our_tool import add_platform, our_tool
from lms_plugin.rehearsal.application import lms_of, make_lms
from lms_plugin.rehearsal.drafting import neighbours_key
from lms_plugin.rehearsal.initiation import LoginInitiation
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.lms import Lms
from lms_plugin.rehearsal.settings import LmsSettings

ENTERED, INTERNAL_ERROR = {302, 303}, 500
CODE = re.compile(r"<code>([a-z_]+)</code>")
Form = dict[str, str]


class NotRefused(AssertionError):
    """An honest launch did not get in: nothing else can be measured then."""


@dataclass(frozen=True)
class Answer:
    """What a tool said to a message."""

    status: int
    words: str

    @property
    def kind(self) -> str:
        """`accepted` when it let somebody in, `broken` on an internal error, else `refused`."""
        if self.status in ENTERED:
            return "accepted"
        return "broken" if self.status == INTERNAL_ERROR else "refused"


@dataclass(frozen=True)
class Contender:
    """A tool under test, its own LMS, and another LMS that it knows too."""

    name: str
    launch_url: str
    lms: Lms
    neighbour: Lms

    def begin(self, browser: Browser, initiation: LoginInitiation) -> requests.Response:
        """Carries a login initiation to the tool."""
        if initiation.method == "POST":
            return browser.post(initiation.login_url, initiation.fields)
        return browser.get(initiation.login_url, initiation.fields)

    def asked(self, browser: Browser, initiation: LoginInitiation) -> str:
        """The authentication request that the tool answers a login initiation with."""
        response = self.begin(browser, initiation)
        if response.status_code not in ENTERED:
            raise NotRefused(f"{self.name}: the login answered {response.status_code}")
        return urljoin(response.url, response.headers["Location"])

    def answer(self, browser: Browser, initiation: LoginInitiation, lms: Lms | None = None) -> Form:
        """Logs in and comes back with what the LMS has the browser post."""
        request = dict(parse_qsl(urlsplit(self.asked(browser, initiation)).query))
        return (lms or self.lms).authentication_response(request)

    def post(self, browser: Browser, form: Form) -> Answer:
        """Posts an answer of the LMS to the tool."""
        return said(browser.post(self.launch_url, form))

    def honest_launch(self, browser: Browser, lms: Lms | None = None) -> None:
        """An ordinary launch; raises NotRefused unless it gets in."""
        source = lms or self.lms
        answer = self.post(browser, self.answer(browser, source.login_initiation("bruno"), source))
        if answer.kind != "accepted":
            raise NotRefused(f"{self.name} refused an honest launch: {answer.status} {answer.words}")


def said(response: requests.Response) -> Answer:
    """The tool's answer in a few words: our error code, or PyLTI1p3's sentence."""
    code = CODE.search(response.text)
    if code is not None:
        return Answer(response.status_code, code[1])
    refusal = response.text.removeprefix("refused: ") if response.text.startswith("refused: ") else ""
    return Answer(response.status_code, refusal)


@contextlib.contextmanager
def practice_lms(tool_address: str, keys: KeyRing) -> Iterator[Lms]:
    """A practice LMS served from this process."""
    port = free_port()
    app = make_lms(LmsSettings(url=f"http://127.0.0.1:{port}", tool_url=tool_address), keys=keys)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield lms_of(app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def two_lms(tool_address: str) -> Iterator[tuple[Lms, Lms]]:
    """An LMS and its neighbour, whose keys have the same name."""
    keys = KeyRing()
    theirs = KeyRing([("active", neighbours_key(keys.active.kid))])
    with practice_lms(tool_address, keys) as lms, practice_lms(tool_address, theirs) as neighbour:
        yield lms, neighbour


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[Contender]:
    """Our tool under `coalizione serve`, knowing both LMSs."""
    with our_tool(folder) as tool, two_lms(tool.address) as (lms, neighbour):
        for number, known in enumerate((lms, neighbour)):
            url = known.installation.settings.url
            add_platform(tool, f"LMS {number}", {
                "issuer": known.installation.issuer, "client-id": "practice-lms", "deployment-id": "1",
                "auth-login-url": f"{url}/auth", "auth-token-url": f"{url}/token",
                "jwks-url": f"{url}/jwks.json",
            })  # fmt: skip
        yield Contender("ours", f"{tool.address}/lti/launch", lms, neighbour)


@contextlib.contextmanager
def pylti1p3(python: Path, folder: Path) -> Iterator[Contender]:
    """The PyLTI1p3 tool under gunicorn, one process with four threads, knowing both LMSs."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with two_lms(address) as known:
        for lms in known:
            _point_at(lms, address)
        environment = {
            "INTEROP_SECRET_KEY": secrets.token_urlsafe(48),
            "INTEROP_PLATFORMS": json.dumps(
                {lms.installation.issuer: [_registration(lms.installation.settings.url)] for lms in known}
            ),
        }
        command = [str(python.parent / "gunicorn"), "pylti1p3_tool:create_tool()"]
        command += ["--chdir", str(ROOT / "interop"), "--bind", f"127.0.0.1:{port}"]
        command += ["--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]
        with running(command, environment, f"{address}/up", folder / "pylti1p3.log"):
            yield Contender("PyLTI1p3", f"{address}/launch", *known)


def _registration(url: str) -> dict[str, object]:
    return {
        "default": True, "client_id": "practice-lms", "deployment_ids": ["1"],
        "auth_login_url": f"{url}/auth", "auth_token_url": f"{url}/token",
        "key_set_url": f"{url}/jwks.json", "key_set": None,
    }  # fmt: skip


def _point_at(lms: Lms, address: str) -> None:
    """PyLTI1p3's README has one address for the link and the answer, and another for the login."""
    with lms.installation.store.changing() as memory:
        tool = memory.tools["practice-lms"]
        tool.login_url, tool.redirect_uris = f"{address}/login", [f"{address}/launch"]
        tool.target_link_uri = memory.links["link-m1"].target_link_uri = f"{address}/launch"
