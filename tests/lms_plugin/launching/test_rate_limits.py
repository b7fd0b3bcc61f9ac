"""A flood is kept away; a whole town behind one proxy is not."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.settings import Settings, read_settings
from lms_plugin.web.buckets import Buckets, network_of
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser


@pytest.fixture
def settings(environment: dict[str, str], request: pytest.FixtureRequest) -> Settings:
    """With the limits that a test asks for."""
    return read_settings(environment | getattr(request, "param", {}))


def limits(**changes: str) -> pytest.MarkDecorator:
    named = {f"COALIZIONE_{name}": value for name, value in changes.items()}
    return pytest.mark.parametrize("settings", [named], indirect=True)


def test_two_thousand_in_one_minute_behind_one_address_fit_the_default() -> None:
    buckets = Buckets(Settings.launches_per_minute)
    assert not any(buckets.take("proxy", 1000.0 + number / 2000 * 60) for number in range(2000))
    at_once = Buckets(Settings.launches_per_minute)
    assert not any(at_once.take("proxy", 1000.0) for _ in range(2000))
    registration = Buckets(Settings.registration_launches_per_minute)
    assert not any(registration.take("lms", 1000.0) for _ in range(2000))


@pytest.mark.slow
@on_sqlite
def test_two_thousand_people_behind_one_proxy_all_get_in(browser: Browser, database: Session) -> None:
    """As fast as this machine can, which is faster than they are; the last of them go all the way."""
    for _ in range(2000):
        assert browser.begin(browser.practice.lms.login_initiation()).status_code == 302
    for _ in range(100):
        assert browser.launch().status_code == 303
    database.rollback()
    assert database.scalar(select(func.count()).select_from(Visit)) == 100


@on_sqlite
@limits(LAUNCHES_PER_MINUTE="3")
def test_the_fourth_login_of_one_address_waits(browser: Browser, database: Session) -> None:
    initiation = browser.practice.lms.login_initiation()
    codes = [browser.begin(initiation).status_code for _ in range(4)]
    refused = browser.begin(initiation)
    assert codes == [302, 302, 302, 429]
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert "too_many_launches" in refused.text
    assert "frame-ancestors *" in refused.headers["Content-Security-Policy"]
    database.rollback()
    assert database.scalar(select(func.count()).select_from(LaunchReport)) == 0  # a flood fills no table


@on_sqlite
@limits(LAUNCHES_PER_MINUTE="3")
def test_another_address_is_not_held_up(browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation()
    for _ in range(4):
        browser.begin(initiation)
    browser.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert browser.begin(initiation).status_code == 302


@on_sqlite
@limits(LAUNCHES_PER_MINUTE="3")
def test_launches_have_a_bucket_of_their_own(browser: Browser) -> None:
    forms = [browser.answer(browser.practice.lms.login_initiation()) for _ in range(3)]
    assert [browser.post(form).status_code for form in [*forms, forms[0]]] == [303, 303, 303, 429]


@on_sqlite
@limits(REGISTRATION_LAUNCHES_PER_MINUTE="2")
def test_one_registration_from_many_addresses_is_limited_too(browser: Browser) -> None:
    initiation, codes = browser.practice.lms.login_initiation(), []
    for number in range(3):
        browser.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        codes.append(browser.begin(initiation).status_code)
    assert codes == [302, 302, 429]


@on_sqlite
@limits(REGISTRATION_LAUNCHES_PER_MINUTE="2")
def test_whoever_names_no_registration_uses_nobodys_share_up(browser: Browser) -> None:
    for _ in range(5):
        asked = {"iss": "https://altra.example", "login_hint": "1", "target_link_uri": "x"}
        assert browser.client.get("/lti/login", query_string=asked).status_code == 400
    assert browser.launch().status_code == 303


@on_sqlite
@limits(LAUNCHES_PER_MINUTE="1")
def test_other_pages_are_not_counted(client: FlaskClient) -> None:
    assert [client.get("/lti/jwks.json").status_code for _ in range(3)] == [200, 200, 200]


def test_a_bucket_refills_and_zero_means_no_limit() -> None:
    buckets = Buckets(60)
    assert sum(buckets.take("a", 0.0) == 0 for _ in range(70)) == 60
    assert buckets.take("a", 0.5) == pytest.approx(0.5)
    assert buckets.take("a", 1.1) == 0
    assert not any(Buckets(0).take("a", 0.0) for _ in range(1000))


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    buckets = Buckets(5, most_keys=100)
    for number in range(10_000):
        buckets.take(number, 0.0)
        buckets.take("busy", 0.0)
    assert len(buckets) == 100
    assert buckets.take("busy", 0.0) > 0


def test_addresses_of_one_customer_count_together() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("unix:") == "unix:"
