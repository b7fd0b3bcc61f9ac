"""The pages: who sees what, and that they work for everybody."""

import re

import pytest
from flask.testing import FlaskClient

from lms_plugin.rehearsal import Lms
from tests.lms_plugin.rehearsal.tool_double import TOOL, Services

PAGES = (
    "/",
    "/as/ada/",
    "/as/ada/grades",
    "/as/ada/activities/link-m1/",
    "/as/carla/deep-linking",
    "/as/dario/switches",
    "/as/dario/tools",
    "/as/ada/returned",
    "/as/ada/activities/link-m1/launch?method=post",
    "/nowhere",
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_italian_and_free_of_inline_code(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    page = answer.text
    assert '<html lang="it">' in page
    assert page.count("<h1>") == 1
    assert "<main" in page
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert f"frame-src 'self' {TOOL}" in policy


def test_every_person_has_a_way_in(browser: FlaskClient) -> None:
    page = browser.get("/").text
    for user_id in ("ada", "bruno", "elena", "carla", "dario"):
        assert f'href="/as/{user_id}/"' in page


def test_every_activity_opens_here_or_in_a_new_window(browser: FlaskClient) -> None:
    page = browser.get("/as/ada/").text
    assert page.count("Apri qui") == 5
    assert page.count('target="_blank" rel="noopener"') == 5


def test_the_frame_page_frames_the_launch(browser: FlaskClient) -> None:
    page = browser.get("/as/ada/activities/link-m1/?forge=exp_past").text
    assert 'src="/as/ada/activities/link-m1/launch?target=iframe&amp;forge=exp_past"' in page
    assert 'title="Modulo 1' in page


def test_a_learner_sees_their_own_grades_only(services: Services, browser: FlaskClient) -> None:
    services.post_score(userId="ada", scoreGiven=81)
    services.post_score(userId="bruno", scoreGiven=62)
    trainer, ada = browser.get("/as/carla/grades").text, browser.get("/as/ada/grades").text
    assert "81 %" in trainer
    assert "62 %" in trainer
    assert "81 %" in ada
    assert "62 %" not in ada
    assert "Conti" not in ada


def test_comments_of_the_tool_are_text_and_not_markup(services: Services, browser: FlaskClient) -> None:
    services.post_score(comment="<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/as/carla/grades").text


def test_the_tools_message_is_shown_as_text_and_cut(browser: FlaskClient) -> None:
    page = browser.get("/as/ada/returned", query_string={"lti_errormsg": "<b>x</b>" + "y" * 9999}).text
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "y" * 501 not in page


def test_administrator_switches_profile_forgery_and_key(browser: FlaskClient, lms: Lms) -> None:
    kid = lms.installation.keys.active.kid
    browser.post("/as/dario/switches", data={"profile": "moodle", "forgery": "alg_none"})
    browser.post("/as/dario/switches", data={"rotate": "1"})
    page = browser.get("/as/dario/switches").text
    assert '<option value="moodle" selected>' in page
    assert '<option value="alg_none" selected>' in page
    assert lms.installation.keys.active.kid != kid
    assert browser.post("/as/dario/switches", data={"profile": "webct"}).status_code == 400


def test_only_the_administrator_turns_switches(browser: FlaskClient, lms: Lms) -> None:
    assert browser.post("/as/ada/switches", data={"profile": "moodle"}).status_code == 403
    assert lms.installation.profile.name == "strict"
