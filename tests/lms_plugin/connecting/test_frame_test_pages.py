"""The self-test inside the LMS: opened by a launch of an administrator, told by the server what it saw."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.rehearsal.course import ResourceLink
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser


@pytest.fixture
def link(browser: Browser) -> str:
    """An activity of the practice LMS with the address of the self-test."""
    made = ResourceLink("link-test", "Prova", "", f"{TOOL_URL}/lti/self-test", "practice-lms", "1")
    with browser.practice.lms.installation.store.changing() as memory:
        memory.links[made.id] = made
    return made.id


def open_page(browser: Browser, link: str, destination: str = "iframe") -> str:
    arrived = browser.launch("dario", link)
    assert arrived.status_code == 303, arrived.text
    path = arrived.location.removeprefix(TOOL_URL)
    return browser.client.get(path, headers={"Sec-Fetch-Dest": destination}).text


def test_an_administrator_sees_cookie_and_frame_and_is_no_learner(
    browser: Browser, link: str, database: Session
) -> None:
    page = open_page(browser, link)
    for told in ("riconosciuto con un cookie", "Partitioned", "in un riquadro", browser.practice.url):
        assert told in page
    database.rollback()
    assert database.scalar(select(func.count()).select_from(Learner)) == 0


@on_sqlite
def test_a_window_of_its_own_is_told_from_a_frame(browser: Browser, link: str) -> None:
    assert "finestra sua" in open_page(browser, link, "document")


@on_sqlite
def test_without_scripts_every_line_that_needs_one_says_so(browser: Browser, link: str) -> None:
    assert open_page(browser, link).count("Questa riga ha bisogno di JavaScript.") == 3


@on_sqlite
@pytest.mark.parametrize("user_id", ["ada", "carla"])
def test_learners_and_trainers_do_not_open_it(browser: Browser, link: str, user_id: str) -> None:
    assert "forbidden_role" in browser.launch(user_id, link).text


@on_sqlite
def test_by_hand_it_says_where_to_open_it(browser: Browser) -> None:
    answer = browser.client.get("/lti/self-test")
    assert (answer.status_code, "launch_by_link" in answer.text) == (405, True)
