"""A launch belongs to the browser that began it; where cookies fail, a window of its own."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.web.visit_table import Visit
from tests.conftest import Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

pytestmark = on_sqlite
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def hidden_fields(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def other_browser(app: Flask, browser: Browser) -> Browser:
    client = app.test_client()
    client.environ_base |= browser.client.environ_base
    return Browser(client, browser.practice)


def path_of(location: str) -> str:
    assert location.startswith(f"{TOOL_URL}/lti/login/check?")
    return location.removeprefix(TOOL_URL)


def test_an_answer_posted_from_another_browser_is_refused(
    app: Flask, browser: Browser, database: Session
) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    response = other_browser(app, browser).post(form)
    assert response.status_code == 400
    assert "state_not_bound" in response.text
    assert database.scalar(select(func.count()).select_from(Visit)) == 0
    assert database.scalars(select(LaunchReport)).one().state_hash is None
    assert browser.post(form).status_code == 303  # its own browser is not hurt by that


def test_a_cookie_of_another_login_does_not_do(browser: Browser, app: Flask) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    other = other_browser(app, browser)
    other.answer(other.practice.lms.login_initiation())
    assert "state_not_bound" in other.post(form).text


def test_two_tabs_of_one_browser_launch_side_by_side(browser: Browser) -> None:
    lms = browser.practice.lms
    first, second = browser.answer(lms.login_initiation()), browser.answer(lms.login_initiation("bruno"))
    assert [browser.post(form).status_code for form in (second, first)] == [303, 303]


def test_in_a_frame_with_cookies_the_launch_goes_through_one_more_step(browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation()
    first = browser.begin(initiation, **{"Sec-Fetch-Dest": "iframe"})
    second = browser.client.get(path_of(first.location))
    assert (first.status_code, second.status_code) == (302, 302)
    form = browser.practice.lms.authentication_response(second.location)
    assert browser.post(form).status_code == 303


def test_in_a_frame_without_cookies_a_button_opens_a_window_of_its_own(app: Flask, browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation()
    location = browser.begin(initiation, **{"Sec-Fetch-Dest": "iframe"}).location
    page = other_browser(app, browser).client.get(path_of(location))
    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert "Apri in una nuova finestra" in page.text
    assert f"frame-ancestors {browser.practice.url};" in f"{policy};"
    assert f"form-action 'self' {browser.practice.url}" in policy
    window = other_browser(app, browser)
    begun = window.client.post(
        "/lti/login", data=hidden_fields(page.text), headers={"Sec-Fetch-Dest": "document"}
    )
    form = browser.practice.lms.authentication_response(begun.location)
    assert window.post(form).status_code == 303


def test_a_browser_too_old_to_say_where_it_shows_us_takes_the_step_too(browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation()
    old = {"User-Agent": "Mozilla/5.0 (iPad; CPU OS 15_8 like Mac OS X) Version/15.6 Safari/604.1"}
    assert path_of(browser.begin(initiation, **old).location)
    alone = browser.begin(initiation, **old, **{"Sec-Fetch-Dest": "document"})
    assert "/lti/login/check" not in alone.location


@pytest.mark.parametrize("state", ["x", "A" * 119, "à", ""])
def test_the_step_with_an_invented_state_is_refused(browser: Browser, state: str) -> None:
    sent = {**browser.practice.lms.login_initiation().fields, "state": state}
    response = browser.client.get("/lti/login/check", query_string=sent)
    assert (response.status_code, "state_unknown" in response.text) == (400, True)


def test_the_step_with_the_state_of_another_target_is_refused(browser: Browser) -> None:
    other = browser.begin(browser.practice.lms.login_initiation(link_id="link-w01"))
    state = parse_qs(urlsplit(other.location).query)["state"][0]
    sent = {**browser.practice.lms.login_initiation().fields, "state": state}
    assert "state_unknown" in browser.client.get("/lti/login/check", query_string=sent).text


def test_the_step_ends_with_its_login(browser: Browser, clock: Clock) -> None:
    location = browser.begin(browser.practice.lms.login_initiation(), **{"Sec-Fetch-Dest": "iframe"}).location
    clock.move(minutes=10)
    assert "state_expired" in browser.client.get(path_of(location)).text
