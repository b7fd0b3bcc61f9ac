"""Fixtures of every test that launches: the practice LMS, its registration, a browser."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Platform
from lms_plugin.rehearsal.keys import KeyRing
from tests.conftest import Clock
from tests.lms_plugin.lti.practice_lms import Browser, Practice, serving_lms, tool_keys_by

# For what cannot differ between the two kinds of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def lms_keys() -> KeyRing:
    return KeyRing()


@pytest.fixture
def practice(clock: Clock, lms_keys: KeyRing, client: FlaskClient) -> Iterator[Practice]:
    with serving_lms(clock, lms_keys, tool_keys_by(client)) as practice:
        yield practice


@pytest.fixture
def platform(practice: Practice, database: Session) -> Platform:
    return practice.platform(database)


@pytest.fixture
def browser(client: FlaskClient, practice: Practice, platform: Platform) -> Browser:
    return Browser(client, practice)
