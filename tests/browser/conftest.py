"""A window on the served application, for walks at one width after another."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.chromium import PATIENCE, served


@pytest.fixture
def width(request: pytest.FixtureRequest) -> int:
    """How many CSS pixels wide the window is; parametrize it indirectly."""
    return int(request.param)


@pytest.fixture
def page(chromium: Browser, app: Flask, width: int) -> Iterator[Page]:
    """A window on the served application."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 900}, bypass_csp=True, locale="it-IT"
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()
