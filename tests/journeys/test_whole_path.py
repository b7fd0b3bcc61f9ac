"""The journey of the README, as a newcomer makes it: from two browsers to a record that can be proved."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE
from tests.journeys import people
from tests.journeys.demo_process import Demo, command, running_demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def new_browser(chromium: Browser) -> Page:
    """A person at a browser of their own; axe needs to run beside our strict CSP."""
    context = chromium.new_context(viewport=people.BIG, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def eventually(look: object, page: Page, seconds: float = 30) -> None:
    """Reloads until it holds: deliveries and settlements come a little later."""
    until = time.monotonic() + seconds
    while not look():  # type: ignore[operator]
        assert time.monotonic() < until, page.inner_text("body")
        time.sleep(0.5)
        page.reload()


def test_module_is_read_passed_and_scored_in_the_grade_book(demo: Demo, chromium: Browser) -> None:
    page = new_browser(chromium)
    module = people.launch(page, demo.lms, "ada", "Modulo 1")
    people.read_lessons(module)  # test_every_module looks at these pages
    people.pass_assessment(module, people.bank_of(people.PROGRAMME.module("m1")))
    expect(module.locator("main")).to_contain_text("100%")
    page.goto(f"{demo.lms}/as/ada/grades")
    eventually(lambda: "100" in page.inner_text("table"), page)
    people.check_page(page)


def test_webinar_is_held_and_its_minutes_become_a_record(demo: Demo, chromium: Browser) -> None:
    teaching, learning = new_browser(chromium), new_browser(chromium)
    trainers_page = people.launch(teaching, demo.lms, "carla", "Webinar 1")
    people.check_page(trainers_page)
    trainers_room = people.press_into_window(trainers_page, "Avvia il webinar")
    learners_page = people.launch(learning, demo.lms, "ada", "Webinar 1")
    people.check_page(learners_page)
    learners_room = people.press_into_window(learners_page, "Entra nel webinar")
    people.check_page(learners_room)
    expect(learners_room.locator("body")).to_contain_text("senza audio")
    time.sleep(3)
    learners_room.get_by_role("button", name=re.compile("Esci")).click()
    learners_room.wait_for_url("**/webinars/left")
    people.check_page(learners_room)
    trainers_page.reload()
    people.follow(trainers_page, trainers_page.get_by_role("button", name="Termina il webinar"))
    eventually(lambda: "Presenza valida" in trainers_page.inner_text("main"), trainers_page)
    people.check_page(trainers_page)
    trainers_room.close()
    learning.goto(f"{demo.lms}/as/ada/grades")
    eventually(lambda: learning.inner_text("table").count("Completed") >= 2, learning)


def test_secretariat_opens_a_record_down_to_its_evidence(demo: Demo, chromium: Browser) -> None:
    page = new_browser(chromium)
    page.goto(demo.sign_in_link)
    people.check_page(page)
    people.follow(page, page.get_by_role("button", name="Entra"))
    expect(page.locator("main")).to_contain_text("Ada Bianchi")
    people.check_page(page)
    links = page.locator("main table a[href*='/secretariat/records/']")
    expect(links).to_have_count(2)  # the module and the webinar
    people.follow(page, links.first)
    expect(page.locator("main")).to_contain_text("http://adlnet.gov/expapi/verbs/")
    people.check_page(page)
    answer = page.request.get(page.url.rstrip("/") + "/evidence.json")
    evidence = json.loads(answer.text())
    assert evidence


def test_statements_are_there_for_curl_as_the_readme_shows(demo: Demo) -> None:
    refused = requests.get(demo.statements, headers={"X-Experience-API-Version": "1.0.3"}, timeout=5)
    assert refused.status_code == 401
    answer = requests.get(
        demo.statements,
        auth=(demo.lrs_key, demo.lrs_secret),
        headers={"X-Experience-API-Version": "1.0.3"},
        timeout=5,
    )
    verbs = {statement["verb"]["id"].rpartition("/")[2] for statement in answer.json()["statements"]}
    assert {"completed", "passed", "attended"} <= verbs
    assert "Ada" not in answer.text  # no name leaves without being asked for


def test_one_browser_can_hold_a_trainer_and_a_learner(demo: Demo, chromium: Browser) -> None:
    page = new_browser(chromium)
    trainers_page = people.launch(page, demo.lms, "carla", "Webinar 1")
    learners_page = people.launch(page, demo.lms, "bruno", "Webinar 1")
    trainers_page.reload()
    expect(trainers_page.get_by_role("button", name=re.compile("(Avvia|Riapri) il webinar"))).to_be_visible()
    assert learners_page.get_by_role("button", name=re.compile("(Avvia|Riapri) il webinar")).count() == 0


def test_module_works_in_the_frame_of_the_lms(demo: Demo, chromium: Browser) -> None:
    page = new_browser(chromium)
    page.goto(f"{demo.lms}/as/bruno/activities/link-m1/")
    frame = page.frame_locator("iframe")
    frame.locator("main a.btn-primary").first.click()
    expect(frame.get_by_role("button", name="Ho letto: continua")).to_be_visible()
    frame.get_by_role("button", name="Ho letto: continua").click()
    expect(frame.locator("h1")).to_contain_text("quadro delle competenze")
    expect(frame.locator("h1")).to_be_in_viewport()  # the LMS's window was at the end of the first lesson
    frame.locator("article a[href^='#fonte-']").first.click()
    expect(frame.locator("li:target")).to_be_in_viewport()
    frame.locator("article a[href*='/glossary#']").last.click()
    expect(frame.locator("dt:target")).to_be_in_viewport()


def test_verify_and_replay_hold_on_what_the_journey_left(demo: Demo) -> None:
    keys = json.loads((demo.folder / "keys.json").read_text())
    own = {
        "COALIZIONE_SECRET_KEY": keys["secret_key"],
        "COALIZIONE_DATABASE_URL": f"sqlite:///{demo.folder / 'coalizione.db'}",
        "COALIZIONE_PUBLIC_URL": f"http://localhost:{demo.port}",
    }
    for name in ("verify", "replay", "verify"):
        done = subprocess.run(
            [*command(demo.folder, demo.port)[:4], name, "--json"],
            env=own,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_second_demo_says_that_the_ports_are_taken(demo: Demo, tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, demo.port), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert re.fullmatch(rf"port_taken: port {demo.port} is in use: .*--port\n", done.stderr)


def test_interrupt_stops_everything_it_started(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        ports = range(demo.port, demo.port + 3)
    assert demo.process.returncode == 0
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections may linger
            probe.bind(("127.0.0.1", port))
