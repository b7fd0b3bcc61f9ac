"""The practice LMS on a real port, registered in the tool: the platform that our tests launch from."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.rehearsal.application import lms_of, make_lms
from lms_plugin.rehearsal.initiation import LoginInitiation
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.lms import Lms
from lms_plugin.rehearsal.settings import LmsSettings
from tests.conftest import Clock
from tests.services.serving import GLANCE

TOOL_URL = "https://formazione.example"


@dataclass
class Practice:
    """A running practice LMS."""

    url: str
    app: Flask
    lms: Lms

    def platform(self, database: Session, **changes: str) -> Platform:
        """Registers it in the tool, with its first deployment."""
        now = self.lms.installation.now()
        fields = {
            "name": "LMS di prova",
            "issuer": self.lms.installation.issuer,
            "client_id": "practice-lms",
            "auth_login_url": f"{self.url}/auth",
            "auth_token_url": f"{self.url}/token",
            "jwks_url": f"{self.url}/jwks.json",
        } | changes
        platform = Platform(**{"actor_home_page": fields["issuer"], **fields}, created_at=now)
        platform.deployments = [Deployment(deployment_id="1", created_at=now)]
        database.add(platform)
        database.commit()
        return platform

    def keys_fetched(self) -> int:
        """How often the key set was asked for."""
        return sum(path == "/jwks.json" for path in self.asked)

    def __post_init__(self) -> None:
        self.asked: list[str] = []


class _Late:
    """A WSGI application that is put in once its own address is known."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.app: Callable[..., object] = lambda *_: []

    def __call__(self, environ: dict[str, object], start_response: object) -> object:
        self.asked.append(str(environ["PATH_INFO"]))
        return self.app(environ, start_response)


@contextlib.contextmanager
def serving_lms(
    clock: Clock, keys: KeyRing, fetch_tool_keys: Callable[[str], object], profile: str = "strict"
) -> Iterator[Practice]:
    """Serves a practice LMS on a free port of 127.0.0.1 until the test is over."""
    late = _Late()
    server = make_server("127.0.0.1", 0, late, threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    fresh = keys.copy()
    app = make_lms(
        LmsSettings(url=url, tool_url=TOOL_URL, profile=profile),
        clock=clock, keys=fresh, fetch=fetch_tool_keys,
    )  # fmt: skip
    late.app = app
    thread = threading.Thread(target=server.serve_forever, args=(GLANCE,), daemon=True)
    thread.start()
    try:
        practice = Practice(url, app, lms_of(app))
        practice.asked = late.asked
        yield practice
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


class Browser:
    """What a browser does between an LMS and the tool, one step at a time."""

    def __init__(self, client: FlaskClient, practice: Practice) -> None:
        self.client = client
        self.practice = practice

    def begin(self, initiation: LoginInitiation, **headers: str) -> TestResponse:
        """Carries a login initiation to the tool, the way this LMS does it."""
        if initiation.method == "POST":
            return self.client.post("/lti/login", data=initiation.fields, headers=headers)
        return self.client.get("/lti/login", query_string=initiation.fields, headers=headers)

    def answer(self, initiation: LoginInitiation) -> dict[str, str]:
        """Goes through the login and comes back with the form to be posted."""
        response = self.begin(initiation)
        assert response.status_code == 302, response.text
        return self.practice.lms.authentication_response(response.location)

    def post(self, form: dict[str, str]) -> TestResponse:
        """Posts the LMS's answer to the tool."""
        return self.client.post("/lti/launch", data=form)

    def launch(self, user_id: str = "ada", link_id: str = "link-m1", **switches: str) -> TestResponse:
        """A whole launch."""
        return self.post(self.answer(self.practice.lms.login_initiation(user_id, link_id, **switches)))


def tool_keys_by(client: FlaskClient) -> Callable[[str], object]:
    """How the practice LMS reads the tool's keys: without a socket of the tool's."""

    def fetch(address: str) -> object:
        return client.get(urlsplit(address).path).get_json()

    return fetch


def read(url: str) -> requests.Response:
    """A plain GET of the practice LMS."""
    return requests.get(url, timeout=5)
