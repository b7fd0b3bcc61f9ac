"""«Torna al corso», the origins an administrator added, and roles that one LMS means differently."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.lti import claims as names
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.role_overrides import add_override
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit
from tests.conftest import Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


def way_back(page: str) -> str:
    """Where «Torna al corso» leads; empty when it is not there."""
    found = re.search(r'href="([^"]*)">Torna al corso', page)
    return unescape(found[1]) if found else ""


@on_sqlite
def test_a_learners_page_leads_back_to_the_course_and_says_that_nothing_is_lost(
    browser: Browser, database: Session
) -> None:
    page = browser.client.get(browser.launch().location.removeprefix(TOOL_URL)).text
    address = urlsplit(way_back(page))
    assert f"http://{address.netloc}{address.path}" == f"{browser.practice.url}/as/ada/returned"
    assert parse_qs(address.query)["lti_msg"] == ["I tuoi progressi sono salvati."]
    assert database.scalars(select(Visit.return_url)).one() == f"{browser.practice.url}/as/ada/returned"


@on_sqlite
def test_a_verified_message_that_is_refused_leads_back_with_the_reason(browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation(forge="version_old")
    refused = browser.post(browser.answer(initiation))
    assert refused.status_code == 400
    said = parse_qs(urlsplit(way_back(refused.text)).query)
    assert set(said) == {"lti_errormsg", "lti_errorlog"}
    assert said["lti_errorlog"][0].startswith("version_unsupported ")
    assert said["lti_errorlog"][0].endswith(refused.headers["X-Request-Id"])


@on_sqlite
def test_a_message_that_is_not_verified_leads_nowhere(browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation(forge="signature_flipped")
    refused = browser.post(browser.answer(initiation))
    assert refused.status_code == 401
    assert way_back(refused.text) == ""


@on_sqlite
@pytest.mark.parametrize(
    "presentation",
    [{"return_url": "https://evil.example/"}, {"return_url": "javascript:alert(1)"}, {"return_url": 7}, {}],
)
def test_a_return_address_elsewhere_is_left_out(
    browser: Browser, database: Session, presentation: dict[str, object]
) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    claims = jwt.decode(form["id_token"], options={"verify_signature": False})
    claims[names.LAUNCH_PRESENTATION] = presentation
    key = browser.practice.lms.installation.keys.active
    form["id_token"] = jwt.encode(claims, key.private_key, "RS256", {"kid": key.kid})
    launched = browser.post(form)
    page = browser.client.get(launched.location.removeprefix(TOOL_URL))
    assert page.status_code == 200
    assert way_back(page.text) == ""
    assert "evil" not in page.text
    assert database.scalars(select(Visit.return_url)).one() == ""


@on_sqlite
def test_added_origins_may_frame_the_pages(browser: Browser, database: Session, platform: Platform) -> None:
    with writing(database):
        database.get_one(Platform, platform.id).extra_origins = "https://scuola.example"
    page = browser.client.get(browser.launch().location.removeprefix(TOOL_URL))
    ancestors = page.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2].split()
    assert ancestors == [browser.practice.url, "https://scuola.example"]


def test_an_override_gives_the_part_that_was_chosen_and_the_deployment_comes_first(
    browser: Browser, database: Session, platform: Platform, clock: Clock
) -> None:
    def part() -> str:
        browser.launch()
        database.rollback()
        return database.scalars(select(Visit.role).order_by(Visit.created_at.desc()).limit(1)).one()

    assert part() == Role.LEARNER
    with writing(database):
        mine = database.get_one(Platform, platform.id)
        add_override(database, mine, None, LEARNER, "trainer", clock())
    clock.move(minutes=1)
    assert part() == Role.TRAINER
    with writing(database):
        mine = database.get_one(Platform, platform.id)
        add_override(database, mine, mine.deployments[0], LEARNER, "observer", clock())
    clock.move(minutes=1)
    assert part() == Role.OBSERVER


@on_sqlite
@pytest.mark.parametrize(("overridden", "more"), [(False, 0), (True, 1)])
def test_only_platforms_with_overrides_pay_a_question_for_them(
    browser: Browser, database: Session, platform: Platform, clock: Clock, *, overridden: bool, more: int
) -> None:
    if overridden:
        with writing(database):
            add_override(database, database.get_one(Platform, platform.id), None, "Tutor", "trainer", clock())
    browser.launch()
    asked = [sentence for sentence in sentences(browser.client, browser) if "FROM role_overrides" in sentence]
    assert sum(sentence.startswith("SELECT role_overrides") for sentence in asked) == more


def sentences(client: FlaskClient, browser: Browser) -> list[str]:
    """The statements of one launch."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    browser.launch()
    event.remove(engine, "before_cursor_execute", note)
    return seen
