"""A trainer finds out who never came: from the LMS's page to the roster that the worker has just read."""

import time
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PATIENCE
from tests.journeys import people
from tests.journeys.demo_process import Demo, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def test_who_never_came_is_found_at_the_press_of_a_button(demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    people.launch(context.new_page(), demo.lms, "ada", "Modulo 1")
    page = people.launch(context.new_page(), demo.lms, "carla", "Modulo 1")
    people.follow(page, page.get_by_role("link", name="Iscritti al corso"))
    people.follow(page, page.get_by_role("button", name="Aggiorna adesso"))
    until = time.monotonic() + 60
    while page.get_by_text("Stiamo leggendo").count():  # the worker was busy for more than three seconds
        assert time.monotonic() < until
        people.follow(page, page.get_by_role("link", name="Ricarica la pagina"))
    expect(page.locator("main")).to_contain_text("5 persone iscritte")
    people.follow(page, page.get_by_role("link", name="Mai entrati (2)"))
    expect(page.locator("main")).to_contain_text("Bruno Conti")
    expect(page.locator("main")).not_to_contain_text("Ada Bianchi")

    changed = requests.post(f"{demo.lms}/rehearsal/roster", json={"absent": ["bruno"], "extra": 1}, timeout=5)
    assert changed.json() == {"members": 5}
    people.follow(page, page.get_by_role("link", name="Novità"))
    expect(page.locator("main")).to_contain_text("serve una seconda lettura")
    context.close()
