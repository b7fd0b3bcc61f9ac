"""Deep linking in Chromium, inside the frame of an LMS on another site."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.rehearsal.application import lms_of, make_lms
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.lms import Lms
from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.settings import read_settings
from lms_plugin.web.clock import system_clock
from tests.browser.axe import violations
from tests.browser.chromium import PATIENCE, free_port, served
from tests.lms_plugin.lti.fixtures import lms_keys
from tests.services.applications import make_app
from tests.services.learning import PROGRAMMES

__all__ = ["lms_keys"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
TALLEST = 4000  # what the practice LMS lets a frame grow to
SCREENSHOTS = os.environ.get("COALIZIONE_TEST_SCREENSHOTS", "")


@dataclass
class Site:
    """The tool on localhost and the LMS on 127.0.0.1: two sites for a browser."""

    tool: str
    url: str
    lms: Lms


@pytest.fixture
def site(environment: dict[str, str], database: Session, lms_keys: KeyRing) -> Iterator[Site]:
    tool_port, lms_port = free_port(), free_port()
    tool, url = f"http://localhost:{tool_port}", f"http://127.0.0.1:{lms_port}"
    environment["COALIZIONE_PUBLIC_URL"] = tool
    app = make_app(read_settings(environment))
    lms = make_lms(LmsSettings(url=url, tool_url=tool), keys=lms_keys.copy())
    moment = system_clock()
    platform = Platform(
        name="LMS di prova", issuer=url, client_id="practice-lms", actor_home_page=url, created_at=moment,
        auth_login_url=f"{url}/auth", auth_token_url=f"{url}/token", jwks_url=f"{url}/jwks.json",
    )  # fmt: skip
    platform.deployments = [Deployment(deployment_id="1", created_at=moment)]
    database.add(platform)
    database.commit()
    with served(app, tool_port), served(lms, lms_port):
        yield Site(tool, url, lms_of(lms))
    with app.app_context():
        db.engine.dispose()


Open = Callable[..., Page]


@pytest.fixture
def window(chromium: Browser) -> Iterator[Open]:
    """Opens windows; with scripts axe may run, which the pages' policy would forbid."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1280, *, scripts: bool = True, axe: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="it-IT", java_script_enabled=scripts,
            bypass_csp=scripts and axe,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def framed(page: Page) -> Frame:
    """The tool's frame inside the LMS's page, once it shows one of our pages."""
    expect(page.frame_locator("iframe.tool").locator("#contenuto h1")).to_be_visible()
    handle = page.locator("iframe.tool").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


def looked_at(page: Page, name: str) -> None:
    """Keeps a picture when asked to, for people to look at."""
    if SCREENSHOTS:
        size = page.viewport_size or {"width": 1280, "height": 900}
        page.set_viewport_size({"width": size["width"], "height": 2600})
        page.wait_for_timeout(500)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")
        page.set_viewport_size(size)


def wide(frame: Frame) -> int:
    return int(frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [1280, 360])
def test_a_trainer_picks_inside_the_frame(site: Site, window: Open, width: int) -> None:
    page = window(width)
    page.goto(f"{site.url}/as/carla/deep-linking?tool=practice-lms&here=1")
    frame = framed(page)
    assert frame.url.startswith(f"{site.tool}/v/")
    assert violations(frame) == []  # type: ignore[arg-type]
    assert wide(frame) <= 0
    looked_at(page, f"picker-{width}")
    programme = PROGRAMMES["co-alizione"]
    count = sum(module.ready for module in programme.modules) + len(programme.webinars)
    frame.get_by_role("button", name="Scegli tutto di CO-AliZIONE").click()
    expect(frame.get_by_role("status").first).to_have_text(f"{count} attività scelte.")
    frame.get_by_role("button", name="Continua").first.click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Controlla e aggiungi")
    assert violations(frame) == []  # type: ignore[arg-type]
    assert wide(frame) <= 0
    looked_at(page, f"details-{width}")
    frame.get_by_role("button", name="Aggiungi al corso").first.click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Attività aggiunte")
    assert frame.url.startswith(site.url)
    assert len(site.lms.installation.links()) == 5 + count
    looked_at(page, f"added-{width}")


@pytest.mark.parametrize("width", [1280, 360])
def test_mistakes_in_the_details_are_told_at_the_top(site: Site, window: Open, width: int) -> None:
    page = window(width)
    page.goto(f"{site.url}/as/carla/deep-linking?tool=practice-lms&here=1")
    frame = framed(page)
    frame.get_by_role("button", name="Continua").first.click()
    expect(frame.get_by_role("alert")).to_contain_text("Scegli almeno un'attività")
    assert violations(frame) == []  # type: ignore[arg-type]
    frame.get_by_label("Modulo 1 – La progettazione").check()
    frame.get_by_role("button", name="Continua").first.click()
    frame.get_by_label("Titolo nel corso").fill("")
    frame.get_by_label("Disponibile da").fill("2026-12-02T10:00")
    frame.get_by_label("Disponibile fino a").fill("2026-12-01T10:00")
    frame.get_by_role("button", name="Aggiungi al corso").first.click()
    expect(frame.get_by_role("alert").get_by_role("link")).to_have_count(2)
    assert violations(frame) == []  # type: ignore[arg-type]
    looked_at(page, f"mistakes-{width}")
    frame.get_by_role("alert").get_by_role("link").first.click()
    frame.get_by_label("Titolo nel corso").fill("Primo modulo")
    frame.get_by_label("Disponibile fino a").fill("2026-12-03T10:00")
    frame.get_by_role("button", name="Aggiungi al corso").first.click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Attività aggiunte")
    assert site.lms.installation.links()[-1].title == "Primo modulo"


def test_the_keyboard_is_enough(site: Site, window: Open) -> None:
    page = window(axe=False)
    page.goto(f"{site.url}/as/carla/deep-linking?tool=practice-lms&here=1")
    frame = framed(page)
    frame.get_by_label("Cerca").focus()
    page.keyboard.type("calendario")
    page.keyboard.press("Enter")
    expect(frame.get_by_label("Webinar 1 –")).to_have_count(0)
    frame.get_by_label("Cerca").focus()
    for _step in range(20):
        page.keyboard.press("Tab")
        if frame.evaluate("document.activeElement.value") == "co-alizione.calendar":
            break
    page.keyboard.press("Space")
    for _step in range(20):
        page.keyboard.press("Tab")
        if frame.evaluate("document.activeElement.textContent") == "Continua":
            break
    page.keyboard.press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Controlla e aggiungi")
    for _step in range(20):
        page.keyboard.press("Tab")
        if frame.evaluate("document.activeElement.textContent") == "Aggiungi al corso":
            break
    page.keyboard.press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Attività aggiunte")
    assert site.lms.installation.links()[-1].target_link_uri.endswith("/programmes/co-alizione/calendar")


def test_without_scripts_a_button_sends_the_answer(site: Site, window: Open) -> None:
    page = window(360, scripts=False)
    page.goto(f"{site.url}/as/carla/deep-linking?tool=practice-lms&here=1")
    page.frame_locator("iframe.tool").get_by_role("button", name="Continua").click()  # of the LMS's own form
    inside = page.frame_locator("iframe.tool")
    expect(inside.get_by_role("heading", level=1)).to_have_text("Scegli le attività")
    inside.get_by_label("Cerca").fill("webinar 2 ")
    inside.get_by_role("button", name="Filtra").click()
    inside.get_by_label("Webinar 2 –").check()
    inside.get_by_role("button", name="Continua").click()
    inside.get_by_role("button", name="Aggiungi al corso").first.click()
    expect(inside.get_by_role("heading", level=1)).to_have_text("Torna al tuo LMS")
    looked_at(page, "answer-without-scripts")
    inside.get_by_role("button", name="Continua nell'LMS").click()
    expect(inside.get_by_role("heading", level=1)).to_have_text("Attività aggiunte")


def test_cancelling_goes_back_with_nothing(site: Site, window: Open) -> None:
    page = window()
    page.goto(f"{site.url}/as/carla/deep-linking?tool=practice-lms&here=1")
    frame = framed(page)
    frame.get_by_role("button", name="Annulla e torna all'LMS").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Nessuna attività aggiunta")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_frame_grows_with_the_page_and_comes_to_rest(site: Site, window: Open, width: int) -> None:
    page = window(width, axe=False)
    page.add_init_script(
        "window.heights = []; addEventListener('message', ({data, origin}) => {"
        " if (data?.subject === 'lti.frameResize') window.heights.push([data.height, origin]); });"
    )
    page.goto(f"{site.url}/as/ada/activities/link-programme/")
    frame = framed(page)
    page.wait_for_timeout(2000)
    told = page.evaluate("window.heights")
    assert 1 <= len(told) <= 4, told  # no loop
    assert {origin for _height, origin in told} == {site.tool}
    height = int(page.locator("iframe.tool").get_attribute("height") or 0)
    assert abs(height - min(told[-1][0], TALLEST)) <= 1
    assert height > 704
    if height < TALLEST:
        # The LMS draws its frame with a border of a pixel on either side.
        assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight + 2")
    looked_at(page, f"frame-{width}")


def test_outside_a_frame_nothing_is_told(site: Site, window: Open) -> None:
    page = window(axe=False)
    page.goto(f"{site.url}/as/ada/activities/link-programme/launch?target=window")
    expect(page.locator("main h1")).to_be_visible()
    assert page.locator("script[src*=frame_resize]").count() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_calendar_and_submission_are_accessible_in_the_frame(site: Site, window: Open, width: int) -> None:
    page = window(width)
    page.goto(f"{site.url}/as/ada/activities/link-m1/")
    frame = framed(page)
    page.goto(f"{site.url}/as/carla/grades")
    page.get_by_role("link", name="Ada Bianchi: vedi la consegna").first.click()
    frame = framed(page)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Consegne di Ada Bianchi")
    assert violations(frame) == []  # type: ignore[arg-type]
    assert wide(frame) <= 0
    looked_at(page, f"submission-{width}")
    with site.lms.installation.store.changing() as memory:
        memory.links["link-programme"].target_link_uri = f"{site.tool}/programmes/co-alizione/calendar"
    page.goto(f"{site.url}/as/ada/activities/link-programme/")
    frame = framed(page)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Calendario")
    assert violations(frame) == []  # type: ignore[arg-type]
    assert wide(frame) <= 0
    looked_at(page, f"calendar-{width}")
