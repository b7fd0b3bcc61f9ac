"""The tool on localhost and the practice LMS on 127.0.0.1: two sites, for a browser that minds."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Frame, Page, expect
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.rehearsal.application import lms_of, make_lms
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.lms import Lms
from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.settings import Settings, read_settings
from lms_plugin.web.clock import system_clock
from tests.browser.chromium import free_port, served
from tests.services.applications import make_app

SCREENSHOTS = os.environ.get("COALIZIONE_TEST_SCREENSHOTS", "")
BLOCKING = "--test-third-party-cookie-phaseout"


@dataclass
class TwoSites:
    """Both running."""

    tool: str
    url: str
    app: Flask
    lms: Lms
    settings: Settings


@contextlib.contextmanager
def two_sites(
    environment: dict[str, str], database: Session, keys: KeyRing, *, profile: str = "strict", chips: bool
) -> Iterator[TwoSites]:
    """Serves them; without `chips` no cookie of the tool asks to be partitioned, so the browser blocks it."""
    tool_port, lms_port = free_port(), free_port()
    tool, url = f"http://localhost:{tool_port}", f"http://127.0.0.1:{lms_port}"
    environment["COALIZIONE_PUBLIC_URL"] = tool
    settings = read_settings(environment)
    app = make_app(settings)
    if not chips:
        app.wsgi_app = without_partitions(app.wsgi_app)  # type: ignore[method-assign]
    fresh = keys.copy()
    lms = make_lms(LmsSettings(url=url, tool_url=tool, profile=profile), keys=fresh)
    _register(database, url, lms_of(lms))
    with served(app, tool_port), served(lms, lms_port):
        yield TwoSites(tool, url, app, lms_of(lms), settings)
    with app.app_context():
        db.engine.dispose()


def _register(database: Session, url: str, lms: Lms) -> None:
    moment, issuer = system_clock(), lms.installation.issuer
    platform = Platform(
        name="LMS di prova", issuer=issuer, client_id="practice-lms", actor_home_page=url, created_at=moment,
        auth_login_url=f"{url}/auth", auth_token_url=f"{url}/token", jwks_url=f"{url}/jwks.json",
    )  # fmt: skip
    platform.deployments = [Deployment(deployment_id="1", created_at=moment)]
    database.add(platform)
    database.commit()


def without_partitions(app: Callable[..., Any]) -> Callable[..., Iterable[bytes]]:
    """The application for a browser that has never heard of partitioned cookies (CHIPS)."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [_plain(*header) for header in headers], *rest)

        found: Iterable[bytes] = app(environ, start)
        return found

    return wrapped


def _plain(name: str, value: str) -> tuple[str, str]:
    return name, value.replace("; Partitioned", "") if name.lower() == "set-cookie" else value


def framed(page: Page, title: str = "") -> Frame:
    """The tool's frame inside the LMS's page, once it shows one of our pages (with these words as title)."""
    heading = page.frame_locator("iframe.tool").locator("#contenuto h1")
    expect(heading).to_contain_text(title)
    handle = page.locator("iframe.tool").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


def looked_at(page: Page, name: str) -> None:
    """Keeps a picture when asked to, for people to look at."""
    if SCREENSHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{width}.png")
