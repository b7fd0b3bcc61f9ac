"""The self-test's page and command: who may press the button, and what is said."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.connecting import self_test_pages
from lms_plugin.connecting.self_test_fixes import FIXES
from lms_plugin.connecting.self_test_words import STEPS
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.self_test.line import Step
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.factories.people import make_deployment, make_staff, make_visit
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser
from tests.lms_plugin.lti.remote import serving


def address(platform: Platform) -> str:
    return f"/administration/platforms/{platform.id}/check"


@pytest.fixture(autouse=True)
def _real_time(clock: Clock) -> None:
    clock.moment = datetime.now(UTC)


@pytest.fixture
def enter(client: FlaskClient, database: Session, clock: Clock) -> Callable[[Role], None]:
    """Signs the browser in with a role of staff."""

    def sign_in(role: Role) -> None:
        with writing(database):
            staff = make_staff(database, role)
            made = make_visit(database, role, staff_id=staff.id, reads_records=True, now=clock())
        client.set_cookie(made[1], made[2])

    return sign_in


def results(page: str) -> list[str]:
    return re.findall(r'class="check check-(\w+)"', page)


def test_the_button_tries_every_line(
    browser: Browser, platform: Platform, enter: Callable[[Role], None]
) -> None:
    browser.launch()
    enter(Role.ADMINISTRATOR)
    assert browser.client.get(address(platform)).status_code == 200
    page = browser.client.post(address(platform), data={"score": "1"}).text
    assert results(page) == ["ok"] * len(Step)
    for secret in ("Ada", "Bianchi", "@comune.example", ">ada<"):
        assert secret not in page


@on_sqlite
def test_a_broken_line_comes_with_its_fix(
    browser: Browser, platform: Platform, database: Session, enter: Callable[[Role], None]
) -> None:
    with writing(database):
        database.get_one(Platform, platform.id).jwks_url = "http://127.0.0.1:1/jwks"
    enter(Role.ADMINISTRATOR)
    page = browser.client.post(address(platform)).text
    assert results(page)[0] == "failed"
    assert "Controlla" in page


@on_sqlite
def test_an_lms_administrator_tries_the_own_platform_only(
    browser: Browser, platform: Platform, database: Session
) -> None:
    with writing(database):
        other = make_deployment(database).platform
    browser.launch("dario", "link-secretariat")
    assert results(browser.client.post(address(platform)).text)[:2] == ["ok", "ok"]
    assert browser.client.post(address(other)).status_code == 404


@on_sqlite
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AUDITOR])
def test_nobody_else_may(
    client: FlaskClient, platform: Platform, enter: Callable[[Role], None], role: Role
) -> None:
    enter(role)
    assert client.post(address(platform)).status_code == 403


@on_sqlite
def test_while_two_tests_run_a_third_waits(
    browser: Browser, platform: Platform, enter: Callable[[Role], None]
) -> None:
    enter(Role.ADMINISTRATOR)
    turns = self_test_pages._turns
    with turns, turns:
        answer = browser.client.post(address(platform))
    assert (answer.status_code, results(answer.text)) == (503, [])
    assert browser.client.post(address(platform)).status_code == 200


@on_sqlite
def test_what_an_lms_says_is_shown_as_text(
    browser: Browser, platform: Platform, database: Session, enter: Callable[[Role], None]
) -> None:
    browser.launch()
    with serving() as remote:
        remote.status, remote.body = 400, b"<script>alert(1)</script>"
        with writing(database):
            database.get_one(Platform, platform.id).auth_token_url = remote.url
        enter(Role.ADMINISTRATOR)
        page = browser.client.post(address(platform)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_every_step_has_words() -> None:
    assert set(STEPS) == set(Step)
    assert all(str(words) for words in FIXES.values())


def test_the_command_says_the_same(browser: Browser, platform: Platform, environment: dict[str, str]) -> None:
    browser.launch()
    named = ["platform", "check", "--issuer", platform.issuer, "--client-id", platform.client_id, "--json"]
    result = CliRunner().invoke(main, named, env=environment)
    told = json.loads(result.output)
    assert (result.exit_code, told["works"], len(told["lines"])) == (0, True, len(Step))
    gone = CliRunner().invoke(main, [*named[:-2], "nobody", "--json"], env=environment)
    assert (gone.exit_code, json.loads(gone.output)["error"]) == (1, "registration_invalid")
