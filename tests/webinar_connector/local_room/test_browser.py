"""The room in headless Chromium: with and without JavaScript, by keyboard, narrow, and seen by axe."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.webinar_connector.conftest import provider_for, room_process
from tests.webinar_connector.local_room.test_room import ADA, W01, until
from webinar_connector.webinars import Person

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
LEARNER = Person("u-42", "Bruno Neri", "viewer")
pytestmark = pytest.mark.browser


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def fast_room() -> Iterator[str]:
    """A room that notices a lost person within four seconds."""
    with room_process(heartbeat_seconds=4, hold_seconds=0.5, sweep_seconds=0.1, refresh_seconds=1) as url:
        yield url


def violations(page: Page) -> list[str]:
    """What axe finds, through the page's own origin since its policy forbids inline scripts."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations.map(v => v.id)")
    assert isinstance(found, list)
    return found


def enter(browser: Browser, provider, sitting, person: Person = LEARNER, **options: object) -> Page:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.goto(provider.join_url(sitting, person))
    return page


def test_every_page_is_free_of_axe_violations_in_italian_and_without_foreign_requests(browser, room) -> None:
    provider = provider_for(room)
    sitting = provider.open_sitting(W01)
    page = browser.new_context().new_page()
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(provider.join_url(sitting, ADA))
    assert violations(page) == []
    assert page.locator("html").get_attribute("lang") == "it"
    page.get_by_role("button", name="Termina il webinar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sei uscito dalla stanza")
    for path in ("/", "/left", "/room/x"):
        page.goto(room + path)
        assert violations(page) == []
    assert all(url.startswith(room) for url in asked)
    assert [t for t in troubles if "410" not in t] == []


def test_people_see_each_other_and_the_end_reaches_everybody(browser, fast_room) -> None:
    provider = provider_for(fast_room)
    sitting = provider.open_sitting(W01)
    trainer = enter(browser, provider, sitting, ADA)
    learner = enter(browser, provider, sitting)
    expect(trainer.get_by_role("list")).to_contain_text("Bruno Neri")
    expect(learner.get_by_role("list")).to_contain_text("Ada (conduce)")
    trainer.get_by_role("button", name="Termina il webinar").click()
    expect(learner.get_by_role("heading", level=1)).to_have_text("Il webinar è terminato")
    assert violations(learner) == []


def test_open_page_stays_present_and_a_closed_tab_is_out_at_once(browser, fast_room) -> None:
    provider = provider_for(fast_room)
    sitting = provider.open_sitting(W01)
    page = enter(browser, provider, sitting)
    time.sleep(5)
    assert [i.person_id for i in provider.presence(sitting)] == ["u-42"]
    page.reload()
    assert until(lambda: provider.presence(sitting) != ())
    page.close(run_before_unload=False)
    assert until(lambda: provider.presence(sitting) == (), 3)


def test_lost_connection_is_said_in_words_and_mended(browser, fast_room) -> None:
    provider = provider_for(fast_room)
    sitting = provider.open_sitting(W01)
    page = enter(browser, provider, sitting)
    page.context.set_offline(True)
    expect(page.get_by_role("status")).to_have_text(re.compile("Collegamento interrotto"))
    assert until(lambda: provider.presence(sitting) == (), 10)
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_have_text("Presenza registrata.", timeout=9000)
    assert provider.presence(sitting) != ()


def test_without_javascript_presence_and_leaving_work(browser, fast_room) -> None:
    provider = provider_for(fast_room)
    sitting = provider.open_sitting(W01)
    page = enter(browser, provider, sitting, java_script_enabled=False)
    expect(page.frame_locator("iframe").get_by_role("listitem")).to_have_text("Bruno Neri")
    time.sleep(5)
    assert [i.person_id for i in provider.presence(sitting)] == ["u-42"]
    expect(page.get_by_role("status")).to_be_hidden()
    page.get_by_role("button", name="Esci").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sei uscito dalla stanza")
    assert provider.presence(sitting) == ()


def test_leaving_by_keyboard_leads_back_to_the_tool_on_another_origin(browser, fast_room) -> None:
    with room_process() as elsewhere:
        provider = provider_for(fast_room, logout_url=f"{elsewhere}/left")
        sitting = provider.open_sitting(W01)
        page = enter(browser, provider, sitting)
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Esci")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{elsewhere}/left")
        assert provider.presence(sitting) == ()


def test_page_reflows_at_320_pixels_with_a_long_title(browser, room) -> None:
    provider = provider_for(room)
    sitting = provider.open_sitting(type(W01)("w", "Precipitevolissimevolmente" * 3, 60, None, "f"))
    page = enter(browser, provider, sitting, ADA, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    smallest = page.evaluate("Math.min(...[...document.querySelectorAll('button')].map(b => b.offsetHeight))")
    assert smallest >= 44
