"""A practice LMS per test, with keys made once."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms_plugin.rehearsal import Lms, LmsSettings, lms_of, make_lms
from lms_plugin.rehearsal.keys import KeyRing, SigningKey, new_key
from tests.lms_plugin.rehearsal.tool_double import TOOL, URL, MakeLms, MovableClock, Services, Tool


@pytest.fixture(scope="session")
def lms_keys() -> tuple[SigningKey, SigningKey]:
    return new_key(), new_key()


@pytest.fixture(scope="session")
def tool_key() -> SigningKey:
    return new_key()


@pytest.fixture
def lms_clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def tool(tool_key: SigningKey, lms_clock: MovableClock) -> Tool:
    return Tool(tool_key, lms_clock)


@pytest.fixture
def make(lms_keys: tuple[SigningKey, SigningKey], lms_clock: MovableClock, tool: Tool) -> MakeLms:
    """Make a practice LMS with changed settings."""

    def make_one(profile: str = "strict", state_file: Path | None = None, **settings: object) -> Flask:
        chosen = LmsSettings(
            url=URL,
            tool_url=TOOL,
            profile=profile,
            state_file=state_file,
            **settings,  # type: ignore[arg-type]
        )
        ring = KeyRing([("active", lms_keys[0]), ("next", lms_keys[1])])
        return make_lms(chosen, clock=lms_clock, fetch=tool.fetch, keys=ring)

    return make_one


@pytest.fixture
def practice(make: MakeLms) -> Flask:
    return make()


@pytest.fixture
def lms(practice: Flask) -> Lms:
    return lms_of(practice)


@pytest.fixture
def browser(practice: Flask) -> FlaskClient:
    return practice.test_client()


@pytest.fixture
def services(browser: FlaskClient, tool: Tool) -> Services:
    return Services(browser, tool)
