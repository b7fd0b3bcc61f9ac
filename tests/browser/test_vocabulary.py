"""The published xAPI profile and an activity as pages for people, by keyboard: axe on each."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import sideways, violations
from tests.browser.chromium import PATIENCE, served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def page(chromium: Browser, app: Flask) -> Iterator[Page]:
    """A window on the served application."""
    with served(app) as address:
        context = chromium.new_context(base_url=address, bypass_csp=True, locale="it-IT")
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()


def inspect(page: Page, name: str) -> None:
    """Nothing for axe at either width, and no scrolling sideways on a phone."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"vocabulary-{name}-{width}.png")
        assert violations(page) == []
        assert sideways(page) == 0


def test_the_profile_and_an_activity_can_be_read(page: Page) -> None:
    page.goto("/xapi/profile")
    page.set_viewport_size({"width": 360, "height": 900})
    rules = page.locator("summary", has_text="Regole: Lezione letta")
    rules.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open] code", has_text="$.result.completion")).to_be_visible()
    example = page.locator("summary", has_text="Esempio: Lezione letta")
    example.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Esempio: Lezione letta")).to_be_visible()
    inspect(page, "profile")
    page.goto("/xapi/activities/co-alizione/m1?lang=en")
    inspect(page, "activity")
