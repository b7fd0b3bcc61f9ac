"""A tool and a local room, both really listening, a booked webinar, a trainer and a learner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.extensions import db
from lms_plugin.lti.platform import ResourceLink
from lms_plugin.people.role import Role
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import session_factory, writing
from lms_plugin.webinars.jobs import WebinarJob
from lms_plugin.webinars.room import make_provider
from lms_plugin.webinars.store import DatabaseStore
from tests.factories.people import make_deployment, make_learner, make_placement, make_visit
from tests.services.applications import make_app
from tests.services.serving import free_port, serving
from tests.webinar_connector.conftest import SECRET, room_process
from webinar_connector.apply import apply
from webinar_connector.plan import compare
from webinar_connector.schedule import wanted

PAGE = "/programmes/co-alizione/webinars/w01"


@dataclass(frozen=True)
class Caller:
    """Somebody with a visit, calling the pages with a browser's cookie."""

    client: FlaskClient
    visit: str
    cookie: tuple[str, str]
    learner_id: object

    def _open(self, method: str, path: str) -> TestResponse:
        self.client.set_cookie(*self.cookie, domain="localhost")
        return self.client.open(f"/v/{self.visit}{path}", method=method)

    def get(self, path: str) -> TestResponse:
        return self._open("GET", path)

    def post(self, path: str) -> TestResponse:
        return self._open("POST", path)


@pytest.fixture
def room() -> Iterator[str]:
    with room_process(sweep_seconds=0.1) as address:
        yield address


@pytest.fixture
def environment(environment: dict[str, str], room: str) -> dict[str, str]:
    return environment | {
        "COALIZIONE_PUBLIC_URL": f"http://localhost:{free_port()}",
        "COALIZIONE_BBB_URL": f"{room}/bigbluebutton",
        "COALIZIONE_BBB_SECRET": SECRET,
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read_settings(environment)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """With the system's clock: the room has its own."""
    app = make_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with serving(app, int(settings.public_url.rpartition(":")[2])):
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def booked(app: Flask, settings: Settings, database: Session) -> None:
    programme = app.extensions["programmes"]["co-alizione"]
    steps = compare([wanted("co-alizione", programme.webinar("w01"))], ())
    outcomes = list(apply(steps, make_provider(settings), DatabaseStore(database), datetime.now(UTC)))
    assert [outcome.result for outcome in outcomes] == ["ready"]


def _caller(app: Flask, database: Session, role: Role, name: str, activity_id: str = "w01") -> Caller:
    with writing(database):
        learner = make_learner(database, name)
        placement = make_placement(database, learner, make_deployment(database))
        link = database.get_one(ResourceLink, placement.resource_link_id)
        link.programme_id, link.activity_id = "co-alizione", activity_id
        visit, cookie, secret = make_visit(
            database, role, learner_id=learner.id, placement_id=placement.id, now=datetime.now(UTC)
        )
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "localhost"
    return Caller(client, visit.name, (cookie, secret), learner.id)


@pytest.fixture
def trainer(app: Flask, database: Session) -> Caller:
    return _caller(app, database, Role.TRAINER, "Teresa Docente")


@pytest.fixture
def learner(app: Flask, database: Session) -> Caller:
    return _caller(app, database, Role.LEARNER, "Ada Bianchi")


@pytest.fixture
def other_learner(app: Flask, database: Session) -> Caller:
    """Came by the link of a module, not of the webinar."""
    return _caller(app, database, Role.LEARNER, "Bruno Conti", "m1")


@pytest.fixture
def job(settings: Settings, engine: Engine) -> Callable[[datetime], None]:
    """Runs one round of the worker's webinar job at a given moment."""
    work = WebinarJob(settings)
    return lambda now: work.run(session_factory(engine), now)


def way_in(answer: TestResponse) -> str:
    """The one-use address on the page that a join answers with."""
    assert answer.status_code == 200, answer.text
    return answer.text.split("url=/v/")[1].split('"')[0].partition("/")[2]


def enter_room(caller: Caller, answer: TestResponse) -> requests.Response:
    """Follows the one-use link into the room."""
    redirect = caller.get(f"/{way_in(answer)}")
    assert redirect.status_code == 303, redirect.text
    return requests.get(redirect.headers["Location"], timeout=5)
