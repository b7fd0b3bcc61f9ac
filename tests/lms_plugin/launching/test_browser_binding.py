"""A launch belongs to the browser that began it; where cookies fail, a window of its own."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.protocol_state import LoginState
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
    assert location.startswith(f"{TOOL_URL}/lti/login/check/")
    return location.removeprefix(TOOL_URL)


def test_an_answer_posted_from_another_browser_is_refused(
    app: Flask, browser: Browser, database: Session
) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    response = other_browser(app, browser).post(form)
    assert response.status_code == 400
    assert "state_not_bound" in response.text
    assert database.scalar(select(func.count()).select_from(Visit)) == 0
    assert database.scalars(select(LoginState)).one().consumed_at is None
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


def test_a_refused_binding_offers_the_same_login_in_a_window_of_its_own(app: Flask, browser: Browser) -> None:
    initiation = browser.practice.lms.login_initiation()
    response = other_browser(app, browser).post(browser.answer(initiation))
    sent = {name: initiation.fields[name] for name in initiation.fields if name != "lti_storage_target"}
    assert hidden_fields(response.text) == sent
    assert 'target="_blank"' in response.text
    assert browser.practice.url in response.headers["Content-Security-Policy"]


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


@pytest.mark.parametrize("ticket", ["x", "gAAAAABnothing", "%00", "à"])
def test_an_invented_ticket_is_refused(browser: Browser, ticket: str) -> None:
    response = browser.client.get(f"/lti/login/check/{ticket}")
    assert (response.status_code, "state_unknown" in response.text) == (400, True)


def test_a_ticket_ends_with_its_login(browser: Browser, clock: Clock) -> None:
    location = browser.begin(browser.practice.lms.login_initiation(), **{"Sec-Fetch-Dest": "iframe"}).location
    clock.move(minutes=10)
    assert "state_expired" in browser.client.get(path_of(location)).text
