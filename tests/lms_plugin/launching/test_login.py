"""Login initiation: what is refused, what goes to the LMS, what the browser keeps."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport, purge_launch_reports
from lms_plugin.lti.login import cookie_name
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.registering import approve
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser, Practice

pytestmark = on_sqlite


def fields(browser: Browser, **changes: str | None) -> dict[str, str]:
    """The fields of an honest login initiation, changed; None takes one out."""
    all_fields = {**browser.practice.lms.login_initiation().fields, **changes}
    return {name: value for name, value in all_fields.items() if value is not None}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_browser_goes_on_to_the_lms_with_the_whole_question(browser: Browser, method: str) -> None:
    sent = fields(browser, lti_message_hint='{"cmid":2,"launchid":"à"}')
    where = {"query_string": sent} if method == "GET" else {"data": sent}
    response = browser.client.open("/lti/login", method=method, **where)
    address = urlsplit(response.location)
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert response.status_code == 302
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{browser.practice.url}/auth"
    assert len(asked.pop("state")) >= 43
    assert len(asked.pop("nonce")) >= 43
    assert asked == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "practice-lms",
        "redirect_uri": f"{TOOL_URL}/lti/launch",
        "login_hint": "ada",
        "lti_message_hint": '{"cmid":2,"launchid":"à"}',
    }


def test_a_query_in_the_address_of_the_lms_is_kept(browser: Browser, database: Session) -> None:
    database.execute(update(Platform).values(auth_login_url=f"{browser.practice.url}/auth?school=7"))
    database.commit()
    location = browser.begin(browser.practice.lms.login_initiation()).location
    assert location.startswith(f"{browser.practice.url}/auth?school=7&scope=openid&")


def test_the_cookie_of_the_login_survives_an_lms_frame(browser: Browser, database: Session) -> None:
    response = browser.begin(browser.practice.lms.login_initiation())
    state = parse_qs(urlsplit(response.location).query)["state"][0]
    name, _, rest = response.headers["Set-Cookie"].partition("=")
    secret, _, attributes = rest.partition(";")
    assert name == cookie_name(state)
    assert name.startswith("__Host-lti-")
    assert len(name) == len("__Host-lti-") + 8
    for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/", "Max-Age=600"):
        assert attribute in attributes
    assert secret not in state


def test_the_answer_is_never_cached(browser: Browser) -> None:
    assert browser.begin(browser.practice.lms.login_initiation()).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": None}, "login_malformed"),
        ({"login_hint": None}, "login_malformed"),
        ({"target_link_uri": None}, "login_malformed"),
        ({"login_hint": "x" * 2049}, "login_malformed"),
        ({"lti_message_hint": "x" * 2049}, "login_malformed"),
        ({"login_hint": "a\x00b"}, "login_malformed"),
        ({"lti_deployment_id": "x" * 256}, "login_malformed"),
        ({"iss": "https://unknown.example"}, "platform_unknown"),
        ({"client_id": "another-client"}, "platform_unknown"),
        ({"target_link_uri": "https://attacker.example/"}, "target_link_unknown"),
        ({"target_link_uri": f"{TOOL_URL}.attacker.example/secretariat"}, "target_link_unknown"),
        ({"target_link_uri": f"{TOOL_URL}@attacker.example/"}, "target_link_unknown"),
        ({"target_link_uri": f"{TOOL_URL}/programmes/co-alizione/"}, "target_link_unknown"),
        ({"target_link_uri": f"{TOOL_URL}/programmes/co-alizione/modules/w01"}, "target_link_unknown"),
        ({"target_link_uri": f"{TOOL_URL}/programmes/nothing"}, "target_link_unknown"),
        ({"target_link_uri": f"{TOOL_URL}/secretariat?next=//attacker.example"}, "target_link_unknown"),
    ],
)
def test_a_wrong_initiation_is_refused_and_reported(
    browser: Browser, database: Session, changes: dict[str, str | None], code: str
) -> None:
    response = browser.client.post("/lti/login", data=fields(browser, **changes))
    assert response.status_code == 400
    assert f"<code>{code}</code>" in response.text
    report = database.scalars(select(LaunchReport)).one()
    assert (report.code, report.state_hash, report.binding) == (code, None, "")


def test_an_issuer_with_a_slash_too_many_is_not_repaired(browser: Browser) -> None:
    sent = fields(browser, iss=f"{browser.practice.url}/")
    assert "platform_unknown" in browser.client.post("/lti/login", data=sent).text


def test_a_repeated_parameter_is_refused(browser: Browser) -> None:
    sent = fields(browser)
    response = browser.client.post("/lti/login", data={**sent, "login_hint": ["ada", "carla"]})
    assert "login_malformed" in response.text


def test_without_client_id_the_only_registration_of_the_issuer_is_meant(browser: Browser) -> None:
    assert browser.client.post("/lti/login", data=fields(browser, client_id=None)).status_code == 302


def test_without_client_id_two_registrations_of_one_issuer_are_ambiguous(
    browser: Browser, practice: Practice, database: Session
) -> None:
    practice.platform(database, client_id="second", actor_home_page="https://second.example")
    response = browser.client.post("/lti/login", data=fields(browser, client_id=None))
    assert "platform_ambiguous" in response.text


def test_a_suspended_registration_begins_no_login(browser: Browser, database: Session) -> None:
    database.execute(update(Platform).values(status="suspended"))
    database.commit()
    response = browser.client.post("/lti/login", data=fields(browser))
    assert response.status_code == 401
    assert "registration_suspended" in response.text


def test_a_registration_that_waits_for_approval_begins_no_login_and_says_who_approves(
    browser: Browser, database: Session, now: datetime
) -> None:
    database.execute(update(Platform).values(status="pending", approved_at=None))
    database.commit()
    response = browser.client.post("/lti/login", data=fields(browser))
    assert response.status_code == 403
    assert "registration_pending" in response.text
    assert "chi amministra CO-AliZIONE" in response.text
    with writing(database):
        platform = database.scalars(select(Platform)).one()
        assert approve(platform, now)
        assert not approve(platform, now)
    assert browser.client.post("/lti/login", data=fields(browser)).status_code == 302


def test_the_page_for_an_unknown_lms_can_be_read_in_its_frame(client: FlaskClient) -> None:
    sent = {"iss": "https://new.example", "login_hint": "1", "target_link_uri": f"{TOOL_URL}/secretariat"}
    response = client.post("/lti/login", data=sent)
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "platform add" in response.text


def test_old_reports_are_forgotten(browser: Browser, database: Session, clock: Clock) -> None:
    browser.launch()
    for days, left in ((30, 0), (29, 1)):
        with writing(database):
            purge_launch_reports(database, clock() + timedelta(days=days))
            assert database.scalar(select(func.count()).select_from(LaunchReport)) == left
            database.rollback()


def test_a_flood_of_refusals_is_cut_and_no_used_login_is_forgotten(
    browser: Browser, database: Session, clock: Clock
) -> None:
    browser.launch()
    with writing(database):
        for second in range(9):
            at = clock() + timedelta(seconds=second)
            database.add(LaunchReport(at=at, code="platform_unknown", issuer=f"https://{second}.example"))
    with writing(database):
        purge_launch_reports(database, clock(), most_unused=3)
    kept = set(database.scalars(select(LaunchReport.issuer).where(LaunchReport.state_hash.is_(None))))
    assert kept == {"https://6.example", "https://7.example", "https://8.example"}
    used = select(func.count()).where(LaunchReport.state_hash.is_not(None))
    assert database.scalar(used) == 1
