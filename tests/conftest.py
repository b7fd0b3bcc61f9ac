"""Fixtures that every room shares: databases of both kinds, settings, application, client, a fixed clock."""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from course_content import EMBEDDED
from lms_plugin.extensions import db
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import make_engine, session_factory
from tests.course_content.small import write_programme
from tests.services.applications import make_app
from tests.services.databases import PostgresqlDatabases, fresh_sqlite, migrated_sqlite
from tests.services.postgresql import cluster

# One browser for a whole process: a second one beside it would not start.
pytest_plugins = ["tests.browser.chromium"]
CLUSTER_URL = "COALIZIONE_TEST_POSTGRESQL_URL"
SECRET = "a secret for the tests only, long enough"
_cluster = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts one cluster; its xdist workers inherit the address."""
    if CLUSTER_URL not in os.environ and not hasattr(config, "workerinput") and not config.option.collectonly:
        os.environ[CLUSTER_URL] = _cluster.enter_context(cluster())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the cluster."""
    if not hasattr(config, "workerinput"):
        _cluster.close()


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **step: float) -> None:
        """Moves on by a timedelta, as in `move(minutes=5)`."""
        self.moment += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_sqlite(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    databases = PostgresqlDatabases(os.environ[CLUSTER_URL])
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        yield fresh_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: Engine) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """The environment of the application under test; change it before `settings` is used."""
    return {
        "COALIZIONE_SECRET_KEY": SECRET,
        "COALIZIONE_PUBLIC_URL": "https://formazione.example",
        "COALIZIONE_DATABASE_URL": database_url,
        "COALIZIONE_TRUSTED_HOSTS": "127.0.0.1,localhost",
    }


@pytest.fixture
def small_too(environment: dict[str, str], tmp_path: Path) -> None:
    """Serves the small programme too: its m1 is ready and its m2 in preparation, whatever the others hold."""
    folders = [str(path.parent) for path in sorted(EMBEDDED.glob("*/programme.yaml"))]
    small = write_programme(tmp_path / "programmes" / "small")
    environment["COALIZIONE_PROGRAMMES"] = ",".join([*folders, str(small)])


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read_settings(environment)


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    app = make_app(settings, clock)
    app.config["WTF_CSRF_ENABLED"] = False  # tests of the form token switch it on
    app.extensions["recent_platforms"].kept_seconds = 0  # tests change registrations between two logins
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser at https://formazione.example, so that Secure cookies come back."""
    app.config["SERVER_NAME"] = None
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "formazione.example"
    return client
