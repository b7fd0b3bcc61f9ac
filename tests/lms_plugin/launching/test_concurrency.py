"""Launches at the same instant: one message opens one visit, one person becomes one learner."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.lti.platform import LtiContext, Placement, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.launching.without_cookies import without_cookies
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

AT_ONCE = 6


def poster(app: Flask, browser: Browser) -> Callable[[], TestResponse]:
    """One launch, ready to be posted, with the cookie of its login."""
    begun = browser.begin(browser.practice.lms.login_initiation())
    cookie = begun.headers["Set-Cookie"].partition(";")[0]
    form = browser.practice.lms.authentication_response(begun.location)

    def post() -> TestResponse:
        client = app.test_client(use_cookies=False)
        client.environ_base |= browser.client.environ_base
        return client.post("/lti/launch", data=form, headers={"Cookie": cookie})

    return post


def at_once(posts: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Runs them all from the same instant on."""
    start = threading.Barrier(len(posts))

    def run(post: Callable[[], TestResponse]) -> TestResponse:
        start.wait(10)
        return post()

    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(run, posts))


def test_of_equal_messages_posted_at_once_exactly_one_opens_a_visit(
    app: Flask, browser: Browser, database: Session
) -> None:
    answers = at_once([poster(app, browser)] * AT_ONCE)
    refused = [answer for answer in answers if answer.status_code != 303]
    assert len(refused) == AT_ONCE - 1
    assert all("state_replayed" in answer.text or "nonce_replayed" in answer.text for answer in refused)
    assert database.scalar(select(func.count()).select_from(Visit)) == 1


def test_one_person_arriving_by_six_tabs_at_once_is_one_learner(
    app: Flask, browser: Browser, database: Session
) -> None:
    answers = at_once([poster(app, browser) for _ in range(AT_ONCE)])
    assert [answer.status_code for answer in answers] == [303] * AT_ONCE
    for table in (Learner, LtiContext, ResourceLink, Placement):
        assert database.scalar(select(func.count()).select_from(table)) == 1
    assert database.scalar(select(func.count()).select_from(Visit)) == AT_ONCE


def test_of_equal_confirmations_at_once_exactly_one_opens_a_visit(
    app: Flask, browser: Browser, database: Session
) -> None:
    visitor = without_cookies(app, browser)
    sent = visitor.post(visitor.log_in(browser.practice.lms.login_initiation()))
    answers = at_once([lambda: without_cookies(app, browser).confirm(sent)] * AT_ONCE)
    refused = [answer for answer in answers if answer.status_code != 303]
    assert len(refused) == AT_ONCE - 1
    assert all("launch_not_waiting" in answer.text for answer in refused)
    assert database.scalar(select(func.count()).select_from(Visit)) == 1


def test_of_equal_tickets_at_once_exactly_one_opens_the_page(app: Flask, browser: Browser) -> None:
    address = without_cookies(app, browser).launch().location.removeprefix(TOOL_URL)
    answers = at_once([lambda: without_cookies(app, browser).client.get(address)] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (AT_ONCE - 1)
