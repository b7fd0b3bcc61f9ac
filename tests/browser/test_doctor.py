"""The launch doctor and the self-test in Chromium: accessible, by keyboard, without JavaScript."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.chromium import PATIENCE, served
from tests.browser.following import follow, sign_in
from tests.factories.people import make_deployment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 360], indirect=True),
]
CODES = ("", "", "", "bad_signature", "state_not_bound", "token_not_yet_valid", "deployment_pending", "")


@pytest.fixture(params=[True])
def page(chromium: Browser, app: Flask, width: int, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window on the served application; with `False` it runs no scripts."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 900}, bypass_csp=True, locale="it-IT",
            java_script_enabled=bool(request.param),
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()


@pytest.fixture
def link(database: Session, now: datetime) -> str:
    """A sign-in link, with a hundred launches behind it."""
    with writing(database):
        platform = make_deployment(database, "Moodle del Comune di Siracusa").platform
        platform.product_family = "moodle"
        platform.jwks_url = "http://127.0.0.1:1/jwks"
        for number in range(100):
            report = LaunchReport(
                platform_id=platform.id, at=now - timedelta(hours=number), code=CODES[number % 8],
                deployment_id="1", kid="a-key", skew_seconds=44, binding="cookie", framed=True,
                message_type="LtiResourceLinkRequest", request_id=f"request-{number:04}",
            )  # fmt: skip
            database.add(report)
        stranger = LaunchReport(
            at=now, code="platform_unknown", issuer="https://formazione.altro-ente-molto-lungo.example.it",
            client_id="0123456789012345678901234567890123456789",
        )  # fmt: skip
        database.add(stranger)
        secret = invite(database, "anna.bianchi@example.it", Role.ADMINISTRATOR, now).secret
    return f"/secretariat/sign-in/{secret}"


def inspect(page: Page, name: str, width: int) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def test_from_the_summary_down_to_the_check_that_failed(page: Page, link: str, width: int) -> None:
    sign_in(page, link)
    page.goto("/administration/doctor")
    expect(page.get_by_text("LMS avanti di 44 secondi")).to_be_visible()
    inspect(page, "doctor", width)
    follow(page, page.get_by_role("link", name="Vedi gli ultimi accessi"))
    inspect(page, "doctor-launches", width)
    page.get_by_label("Esito").select_option("state_not_bound")
    follow(page, page.get_by_role("button", name="Applica i filtri"))
    expect(page.get_by_role("heading", name="12 accessi trovati")).to_be_visible()
    follow(page, page.locator("main a[href*='/doctor/launches/']").locator("visible=true").first)
    expect(page.get_by_text("In Moodle: nelle impostazioni")).to_be_visible()
    expect(page.locator(".check-failed")).to_have_count(1)
    inspect(page, "doctor-launch", width)


def test_wrong_filters_are_named_and_strangers_listed(page: Page, link: str, width: int) -> None:
    sign_in(page, link)
    page.goto("/administration/doctor/launches?from=ieri&code=nessuno")
    expect(page.get_by_role("alert")).to_contain_text("Scrivi il giorno")
    inspect(page, "doctor-filters-wrong", width)
    page.goto("/administration/doctor/launches?platform=unregistered")
    follow(page, page.locator("main a[href*='/doctor/launches/']").locator("visible=true").first)
    inspect(page, "doctor-stranger", width)


def test_the_self_test_shows_what_is_broken_and_the_fix(page: Page, link: str, width: int) -> None:
    sign_in(page, link)
    page.goto("/administration/doctor")
    follow(page, page.get_by_role("link", name="Prova il collegamento"))
    inspect(page, "self-test", width)
    follow(page, page.get_by_role("button", name="Prova adesso"), "Enter")
    expect(page.get_by_role("heading", name="Esito")).to_be_visible()
    expect(page.locator(".check-failed")).to_have_count(1)
    inspect(page, "self-test-done", width)


@pytest.mark.parametrize("page", [False], indirect=True)
def test_all_of_it_works_without_scripts(page: Page, link: str, width: int) -> None:
    del width
    sign_in(page, link)
    page.goto("/administration/doctor")
    follow(page, page.get_by_role("link", name="Prova il collegamento"))
    follow(page, page.get_by_role("button", name="Prova adesso"))
    expect(page.locator(".check-failed")).to_have_count(1)
    follow(page, page.get_by_role("link", name="Vedi gli ultimi accessi"))
    page.get_by_label("Dal giorno").fill("2026-11-23")
    follow(page, page.get_by_role("button", name="Applica i filtri"))
    expect(page.get_by_role("heading", name="11 accessi trovati")).to_be_visible()
