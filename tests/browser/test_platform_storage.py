"""Chromium with third-party cookies blocked: a partitioned cookie, or the LMS's storage, or a new window."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from course_content.questions import Question
from lms_plugin.commands.worker import make_worker
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Platform
from lms_plugin.records.evidence import Evidence
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit, VisitTicket
from tests.browser.axe import violations
from tests.browser.chromium import ARGUMENTS, EXECUTABLE, PATIENCE, free_port, served
from tests.browser.two_sites import BLOCKING, TwoSites, framed, looked_at, two_sites
from tests.journeys import people
from tests.lms_plugin.lti.fixtures import lms_keys
from tests.services.learning import PROGRAMMES

__all__ = ["lms_keys"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def blocking(chromium: Browser) -> Iterator[Browser]:
    """A second browser, which blocks third-party cookies."""
    browser = chromium.browser_type.launch(executable_path=EXECUTABLE, args=[*ARGUMENTS, BLOCKING])
    yield browser
    browser.close()


@pytest.fixture
def window(blocking: Browser) -> Iterator[Open]:
    """Opens windows; with scripts axe may run, which the pages' policy would forbid."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1280, *, scripts: bool = True, axe: bool = False) -> Page:
        context = blocking.new_context(
            viewport={"width": width, "height": 900},
            locale="it-IT",
            java_script_enabled=scripts,
            bypass_csp=axe,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def bindings(database: Session) -> list[tuple[str, str]]:
    database.rollback()
    return [(report.code, report.binding) for report in database.scalars(select(LaunchReport))]


def test_a_partitioned_cookie_is_enough(
    environment: dict[str, str], database: Session, lms_keys: KeyRing, window: Open
) -> None:
    with two_sites(environment, database, lms_keys, chips=True) as site:
        page = window()
        page.goto(f"{site.url}/as/ada/activities/link-m1/")
        frame = framed(page, "La progettazione")
        assert "carry.js" not in frame.content()
        assert bindings(database) == [("", "cookie")]


@pytest.mark.parametrize(("chips", "kept_in"), [(True, "cookie"), (False, "storage")])
def test_the_same_where_a_person_chose_to_block_them(
    environment: dict[str, str], database: Session, lms_keys: KeyRing, chromium: Browser, tmp_path: Path,
    *, chips: bool, kept_in: str,
) -> None:  # fmt: skip
    """Not by the switch for developers, but by the preference that everybody can set."""
    (tmp_path / "Default").mkdir()
    chosen = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(chosen))
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=EXECUTABLE, args=ARGUMENTS, locale="it-IT"
    )
    with two_sites(environment, database, lms_keys, chips=chips) as site, context:
        page = context.new_page()
        act(site, page)
        framed(page, "La progettazione")
        assert bindings(database) == [("", kept_in)]


@pytest.fixture
def site(environment: dict[str, str], database: Session, lms_keys: KeyRing) -> Iterator[TwoSites]:
    """A browser without CHIPS."""
    with two_sites(environment, database, lms_keys, chips=False) as both:
        yield both


def act(site: TwoSites, page: Page, person: str = "ada", link: str = "link-m1") -> None:
    """Opens an activity inside the LMS's page."""
    page.goto(f"{site.url}/as/{person}/activities/{link}/")


def replaced(page: Page, script: str) -> None:
    """The script of the LMS's page is another one."""
    page.route("**/static/frame.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))


def questions() -> tuple[Question, ...]:
    """All that the assessment of the first module may ask."""
    assessment = people.PROGRAMME.module("m1").assessment
    assert assessment is not None
    return assessment.questions


def test_a_module_is_passed_by_storage_and_its_score_arrives(
    site: TwoSites, window: Open, database: Session, engine: Engine
) -> None:
    page, asked = window(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    act(site, page)
    frame = framed(page, "La progettazione")
    assert page.context.cookies() == []
    assert bindings(database) == [("", "storage")]
    secret = frame.locator("script[data-secret]").get_attribute("data-secret") or ""
    frame.locator("main a.btn-primary").first.click()
    for number in range(1, 7):
        expect(frame.locator("main")).to_contain_text(f"Lezione {number} di 6")
        frame.get_by_role("button", name="Ho letto: continua").click()
    frame.wait_for_url("**/assessment")
    frame.get_by_role("button", name="Inizia il tentativo").click()
    hand_in = frame.get_by_role("button", name="Invia le risposte")
    expect(hand_in).to_be_visible()
    for question in questions():
        if frame.locator(f"[id='domanda-{question.id}']").count():
            people.answer(frame, question)  # type: ignore[arg-type]  # a frame can do all that it asks of a page
    hand_in.click()
    expect(frame.locator("main")).to_contain_text("100%")
    assert len(secret) > 40
    assert [address for address in asked if secret in address] == []
    assert "ticket=" not in frame.evaluate("location.href")
    make_worker(site.settings, engine, timedelta(seconds=60)).run_once()
    page.goto(f"{site.url}/as/ada/grades")
    expect(page.locator("table")).to_contain_text("100")


def test_reloading_and_going_back_find_the_visit_again(site: TwoSites, window: Open) -> None:
    page = window()
    act(site, page)
    frame = framed(page, "La progettazione")
    frame.locator("main a.btn-primary").first.click()
    lesson = frame.locator("h1", has_text="welfare di comunità")
    expect(lesson).to_be_visible()
    frame.evaluate("location.reload()")
    expect(lesson).to_be_visible()
    frame.evaluate("location.hash = '#contenuto'")
    frame.evaluate("location.reload()")
    expect(lesson).to_be_visible()
    frame.get_by_role("link", name="Torna al modulo").click()
    expect(frame.locator("h1", has_text="La progettazione")).to_be_visible()
    page.evaluate("history.back()")
    expect(lesson).to_be_visible()


def test_pictures_and_saving_while_answering_work_by_storage(
    site: TwoSites, window: Open, database: Session
) -> None:
    page = window()
    asked: list[str] = []

    def with_a_picture(route: Route) -> None:
        answer = route.fetch()
        picture = '<img id="picture" src="/v/x/media/x.svg" alt="">'
        route.fulfill(response=answer, body=answer.text().replace("<h1", f"{picture}<h1", 1))

    def picture(route: Route) -> None:
        asked.append(route.request.headers.get("authorization", ""))
        drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
        route.fulfill(status=200 if asked[-1] else 401, body=drawing, content_type="image/svg+xml")

    page.route("**/assessment?ticket=*", with_a_picture)
    page.route("**/media/x.svg", picture)
    act(site, page)
    frame = framed(page, "La progettazione")
    frame.get_by_role("link", name="Verifica").first.click()
    expect(frame.locator("#picture")).to_have_attribute("src", re.compile("^data:image/svg"))
    assert sorted(bool(one) for one in asked) == [False, True]
    frame.get_by_role("button", name="Inizia il tentativo").click()
    expect(frame.get_by_role("button", name="Invia le risposte")).to_be_visible()
    drawn = (one for one in questions() if frame.locator(f"[id='domanda-{one.id}']").count())
    people.answer(frame, next(drawn))  # type: ignore[arg-type]
    expect(frame.locator("[data-autosave-status]")).to_contain_text("Risposte salvate alle ore")
    database.rollback()
    saved = select(Evidence).where(Evidence.kind == "assessment.answered")
    assert len(database.scalars(saved).all()) == 1


def test_a_visit_that_is_over_says_to_open_the_activity_again(
    site: TwoSites, window: Open, database: Session
) -> None:
    page = window(axe=True)
    act(site, page)
    frame = framed(page, "La progettazione")
    with writing(database):
        database.execute(delete(VisitTicket))
        database.execute(delete(Visit))
    frame.locator("main a.btn-primary").first.click()
    expect(frame.locator("main")).to_contain_text("riapri l'attività")
    assert violations(frame) == []  # type: ignore[arg-type]


def test_the_records_are_filtered_and_downloaded_by_storage(site: TwoSites, window: Open) -> None:
    page = window()
    act(site, page, "dario", "link-secretariat")
    frame = framed(page, "Registro delle attività")
    frame.locator("summary").first.click()
    frame.locator("#campo-q").fill("nessuno")
    frame.get_by_role("button", name="Applica i filtri").click()
    expect(frame.locator("main")).to_contain_text("nessuno")
    expect(frame.locator("#campo-q")).to_have_value("nessuno")
    assert "q=nessuno" in frame.evaluate("location.href")
    assert "ticket=" not in frame.content()
    address = frame.evaluate("new URL('/secretariat/records.csv', location.href).href")
    frame.evaluate(
        """(address) => {
        const link = document.createElement("a");
        link.href = address; link.id = "file"; link.textContent = "file";
        document.querySelector("main").append(link);
    }""",
        address,
    )
    with page.expect_download() as download:
        frame.locator("#file").click()
    assert download.value.path().read_bytes().startswith(b"registrazione_id,")


def test_activities_are_picked_inside_the_frame_by_storage(site: TwoSites, window: Open) -> None:
    page = window()
    before = len(site.lms.installation.links())
    programme = PROGRAMMES["co-alizione"]
    count = sum(module.ready for module in programme.modules) + len(programme.webinars)
    page.goto(f"{site.url}/as/carla/deep-linking?tool=practice-lms&here=1")
    frame = framed(page, "Scegli le attività")
    frame.get_by_role("button", name="Scegli tutto di CO-AliZIONE").click()
    expect(frame.get_by_role("status").first).to_have_text(f"{count} attività scelte.")
    frame.get_by_role("button", name="Continua").first.click()
    frame.get_by_role("button", name="Aggiungi al corso").first.click()
    frame.wait_for_url(f"{site.url}/**")
    assert len(site.lms.installation.links()) == before + count


def test_a_frame_with_a_name_keeps_the_secret(
    environment: dict[str, str], database: Session, lms_keys: KeyRing, window: Open
) -> None:
    with two_sites(environment, database, lms_keys, profile="canvas", chips=False) as site:
        page = window()
        act(site, page)
        framed(page, "La progettazione")
        assert bindings(database) == [("", "storage")]
        # Told by the login alone, where the page around answers nothing.
        replaced(page, "")
        act(site, page)
        framed(page, "La progettazione")
        assert bindings(database) == [("", "storage")] * 2


def require_the_button(frame: Frame) -> None:
    """Within the three seconds, and what a slow machine adds."""
    status = frame.get_by_role("status")
    expect(status).to_have_text("Qui dentro non si può aprire: usa il pulsante.", timeout=6000)


SILENT = ""
NO_STORAGE = """practiceAnswering({"lti.capabilities": () => ({supported_messages: []})}, () => true);"""
REFUSING = """practiceAnswering(
    {"lti.put_data": () => ({error: {code: "full", message: "<b>x</b>"}})}, () => true);"""
WRONG_MESSAGE = """window.addEventListener("message", (event) => event.source.postMessage(
    {...event.data, subject: `${event.data.subject}.response`, message_id: "x"}, "*"));"""
OVERWRITING = (
    """practiceAnswering({"lti.put_data": (said) => ({key: said.key, value: "other"})}, () => true);"""
)
NONSENSE = """window.addEventListener("message", (event) => { for (const data of
    [null, 1, "x", [], {message_id: event.data.message_id}]) event.source.postMessage(data, "*"); });"""


@pytest.mark.parametrize("script", [SILENT, NO_STORAGE, REFUSING, WRONG_MESSAGE, OVERWRITING, NONSENSE])
def test_where_the_lms_does_not_keep_it_a_button_opens_a_window(
    site: TwoSites, window: Open, database: Session, script: str
) -> None:
    page = window()
    replaced(page, script)
    act(site, page)
    frame = framed(page, "Apri l'attività")
    button = frame.get_by_role("button", name="Apri in una nuova finestra")
    expect(button).to_be_visible()  # from the start
    require_the_button(frame)
    button.focus()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url("**/v/**")
    expect(opened.value.locator("h1")).to_contain_text("La progettazione")
    assert bindings(database) == [("", "cookie")]


LISTENING = """window.heard = []; window.addEventListener("message", (event) => {
    window.heard.push(event.data);
    event.source.postMessage({subject: `${event.data.subject}.response`, message_id: event.data.message_id,
        key: event.data.key, value: event.data.value,
        supported_messages: [{subject: "lti.put_data"}]}, "*"); });"""


def test_a_page_of_another_origin_learns_no_secret(site: TwoSites, window: Open, database: Session) -> None:
    port = free_port()
    database.execute(update(Platform).values(extra_origins=f"http://127.0.0.1:{port}"))
    database.commit()
    launch = f"{site.url}/as/ada/activities/link-m1/launch?target=iframe"
    body = f"""<script>{LISTENING}</script><iframe class="tool" src="{launch}"></iframe>"""
    stranger = Flask("stranger")
    stranger.add_url_rule("/", view_func=lambda: body)
    page = window()
    with served(stranger, port):
        page.goto(f"http://127.0.0.1:{port}/")
        frame = framed(page, "Apri l'attività")
        require_the_button(frame)
    heard = page.evaluate("window.heard")
    assert {message["subject"] for message in heard} <= {"lti.capabilities", "lti.frameResize"}
    secret = frame.locator("[data-storage]").get_attribute("data-value") or ""
    assert len(secret) == 43
    assert secret not in str(heard)


@pytest.mark.parametrize("value", ['"other"', "window.mine", "null", "undefined", "7"])
def test_a_page_that_gives_another_value_back_is_refused(
    site: TwoSites, window: Open, database: Session, value: str
) -> None:
    page = window()
    keeping = """practiceAnswering({"lti.put_data": (said) => { window.mine = "of somebody else";
        return {key: said.key, value: said.value}; },
        "lti.get_data": (said) => ({key: said.key, value: %s})}, () => true);"""
    replaced(page, keeping % value)
    act(site, page)
    if value in {'"other"', "window.mine"}:
        framed(page, "Non è andata a buon fine")
        assert bindings(database) == [("state_not_bound", "")]
    else:
        failed = framed(page, "Apri l'attività").get_by_role("status")
        expect(failed).to_contain_text("L'LMS non ha risposto in tempo", timeout=4000)
        assert bindings(database) == []


def test_without_javascript_the_button_is_there(site: TwoSites, window: Open, database: Session) -> None:
    page = window(scripts=False)
    act(site, page)
    frame = framed(page, "Apri l'attività")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Apri in una nuova finestra").click()
    opened.value.get_by_role("button", name="Continua").click()  # the LMS's own form
    opened.value.wait_for_url("**/v/**")
    expect(opened.value.locator("h1")).to_contain_text("La progettazione")
    assert bindings(database) == [("", "cookie")]


def test_an_lms_without_storage_leads_to_the_new_window(
    environment: dict[str, str], database: Session, lms_keys: KeyRing, window: Open
) -> None:
    with two_sites(environment, database, lms_keys, profile="moodle", chips=False) as site:
        page = window()
        act(site, page)
        frame = framed(page, "Apri in una nuova finestra")
        with page.expect_popup() as opened:
            frame.get_by_role("button", name="Apri in una nuova finestra").click()
        opened.value.wait_for_url("**/v/**")
        assert bindings(database) == [("", "cookie")]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_the_second_way_are_accessible(site: TwoSites, window: Open, width: int) -> None:
    page = window(width, axe=True)
    replaced(page, SILENT)
    act(site, page)
    frame = framed(page, "Apri l'attività")
    expect(frame.get_by_role("status")).to_contain_text("usa il pulsante", timeout=4000)
    assert violations(frame) == []  # type: ignore[arg-type]
    looked_at(page, "storage-login")
    replaced(page, """practiceAnswering({...practiceStorage, "lti.get_data": () => null}, () => true);""")
    act(site, page)
    expect(framed(page, "Apri l'attività").get_by_role("status")).to_contain_text(
        "non ha risposto", timeout=9000
    )
    frame = framed(page, "Apri l'attività")
    assert violations(frame) == []  # type: ignore[arg-type]
    looked_at(page, "storage-launch")
