"""The self-test inside the frame of an LMS on another site, in Chromium."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms_plugin.rehearsal.course import ResourceLink
from tests.browser import test_deep_linking as beside
from tests.browser.axe import violations
from tests.browser.test_deep_linking import Open, Site, framed, wide

lms_keys, site, window = beside.lms_keys, beside.site, beside.window
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def address(site: Site) -> str:
    """The activity, as the administrator of the practice LMS opens it."""
    made = ResourceLink("link-test", "Prova", "", f"{site.tool}/lti/self-test", "practice-lms", "1")
    with site.lms.installation.store.changing() as memory:
        memory.links[made.id] = made
    return f"{site.url}/as/dario/activities/{made.id}"


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_cookie_frame_storage_and_height_are_tried(
    site: Site, window: Open, address: str, width: int
) -> None:
    page = window(width)
    page.goto(address)
    frame = framed(page)
    expect(frame.get_by_text("Prova finita.")).to_be_visible(timeout=15_000)
    for told in (
        "Il cookie, separato per ogni LMS (Partitioned), è tornato.",
        "L'LMS mostra le nostre pagine dentro le sue (iframe).",
        "La pagina intorno è di un sito ammesso:",
        "L'LMS ha conservato un valore di prova e lo ha restituito.",
        "L'LMS adatta l'altezza del riquadro alla pagina.",
    ):
        expect(frame.get_by_text(told)).to_be_visible()
    assert violations(frame) == []  # type: ignore[arg-type]
    assert wide(frame) <= 0
    shoot(page, f"frame-test-{width}")


def test_an_lms_that_answers_nothing_is_no_failure(window: Open, address: str) -> None:
    page = window()
    page.route("**/frame.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(address)
    frame = framed(page)
    expect(frame.get_by_text("Prova finita.")).to_be_visible(timeout=15_000)
    expect(frame.get_by_text("L'LMS non offre memoria agli strumenti")).to_be_visible()
    expect(frame.get_by_text("L'LMS non adatta l'altezza")).to_be_visible()
    expect(frame.locator(".status-failed").locator("visible=true")).to_have_count(0)


def test_without_scripts_the_lines_that_need_one_say_so(window: Open, address: str) -> None:
    page = window(scripts=False)
    page.goto(address)
    page.frame_locator("iframe.tool").get_by_role("button", name="Continua").click()
    frame = framed(page)
    expect(frame.get_by_text("Questa riga ha bisogno di JavaScript.")).to_have_count(3)
    expect(frame.get_by_text("Prova finita.")).to_be_hidden()
