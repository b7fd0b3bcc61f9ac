"""The player in Chromium: accessible at every width, usable by keyboard, whole without JavaScript."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from course_content.programme import Assessment
from course_content.questions import Question
from lms_plugin.extensions import db
from lms_plugin.people.role import Role
from lms_plugin.settings import read_settings
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.chromium import PATIENCE, free_port, served
from tests.browser.following import follow
from tests.factories.people import make_learner, make_visit
from tests.lms_plugin.modules.visitor import ASSESSMENT, MODULE, PROGRAMME, Visitor, right
from tests.services.applications import make_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
WIDTHS = (1280, 360, 320)


@dataclass
class Somebody:
    """A learner in a browser: the page, the address of the visit, and what the tables hold."""

    page: Page
    address: str
    visitor: Visitor


Open = Callable[..., Somebody]


@pytest.fixture
def site(environment: dict[str, str]) -> Iterator[tuple[Flask, str]]:
    """The application with the form token on, at http://localhost:<port>."""
    port = free_port()
    environment["COALIZIONE_PUBLIC_URL"] = f"http://localhost:{port}"
    app = make_app(read_settings(environment))
    with served(app, port) as address:
        yield app, address
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visiting(chromium: Browser, site: tuple[Flask, str], database: Session) -> Iterator[Open]:
    """Opens the browser of a learner on a visit, with or without scripts."""
    contexts: list[BrowserContext] = []

    def enter(*, scripts: bool = True) -> Somebody:
        with writing(database):
            learner = make_learner(database)
            visit, cookie, secret = make_visit(
                database, Role.LEARNER, learner_id=learner.id, now=datetime.now(UTC)
            )
        # axe is a script that the pages' own policy rightly forbids; without it the policy stays in force.
        context = chromium.new_context(bypass_csp=scripts, java_script_enabled=scripts, locale="it-IT")
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [
                {
                    "name": cookie,
                    "value": secret,
                    "domain": "localhost",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "None",
                }
            ]
        )
        page = context.new_page()
        visitor = Visitor(site[0].test_client(), database, visit.name, learner.id)
        return Somebody(page, f"{site[1]}/v/{visit.name}", visitor)

    yield enter
    for context in contexts:
        context.close()


def assert_accessible(page: Page) -> None:
    """No violation and no sideways scrolling, on a big screen, on a phone, and at 400 %."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], (page.url, width)
        assert sideways(page) == 0, (page.url, width)


@pytest.mark.parametrize("path", ["/", "/accessibilita", "/privacy", "/non-c-e"])
def test_public_pages_are_accessible(visiting: Open, site: tuple[Flask, str], path: str) -> None:
    page = visiting().page
    page.goto(f"{site[1]}{path}")
    assert_accessible(page)


@pytest.mark.usefixtures("small_too")
@pytest.mark.parametrize(
    "path", [PROGRAMME, "/programmes/small/modules/m2", MODULE, f"{MODULE}/lessons/m1-l4"]
)
def test_pages_to_read_are_accessible_and_ask_nobody_else(visiting: Open, path: str) -> None:
    somebody = visiting()
    page, asked = somebody.page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{somebody.address}{path}")
    assert_accessible(page)
    own = (somebody.address.partition("/v/")[0], "data:")
    assert [url for url in asked if not url.startswith(own)] == []


def test_self_check_moves_the_focus_to_its_feedback(visiting: Open) -> None:
    somebody = visiting()
    page = somebody.page
    page.goto(f"{somebody.address}{MODULE}/lessons/m1-l1")
    follow(page, page.get_by_role("button", name="Rispondi alla domanda 1"))
    expect(page).to_have_title(re.compile("^Errore:"))
    assert_accessible(page)
    for select in page.locator("#domanda-m1-l1-q1 select").all():
        select.select_option("t1")
    follow(page, page.get_by_role("button", name="Rispondi alla domanda 1"))
    page.wait_for_url("**#esito-m1-l1-q1")
    expect(page.locator("#esito-m1-l1-q1")).to_be_focused()
    assert_accessible(page)


def fill_in(page: Page, form: dict[str, Any]) -> None:
    """Gives these answers, as a person would."""
    for name, value in form.items():
        if isinstance(value, list):
            for one in value:
                page.locator(f"[name='{name}'][value='{one}']").check()
        else:
            page.locator(f"[name='{name}']").select_option(value)


def questions_of(site: tuple[Flask, str], somebody: Somebody) -> tuple[Question, ...]:
    """The questions of the first attempt."""
    assessment = site[0].extensions["programmes"]["co-alizione"].module("m1").assessment
    assert isinstance(assessment, Assessment)
    return somebody.visitor.drawn(assessment, 1)


@pytest.mark.parametrize("scripts", [True, False])
def test_assessment_from_the_start_to_the_result(
    visiting: Open, site: tuple[Flask, str], *, scripts: bool
) -> None:
    somebody = visiting(scripts=scripts)
    page = somebody.page
    check = assert_accessible if scripts else lambda _page: None
    page.goto(f"{somebody.address}{ASSESSMENT}")
    check(page)
    follow(page, page.get_by_role("button", name="Inizia il tentativo 1 di 3"))
    check(page)
    questions = questions_of(site, somebody)
    fill_in(page, right(questions[:6]))
    follow(page, page.get_by_role("button", name="Invia le risposte"))
    check(page)
    page.locator("#errori a").first.click()
    page.wait_for_url(f"**#domanda-{questions[6].id}")
    fill_in(page, right(questions[6:]))
    follow(page, page.get_by_role("button", name="Invia le risposte"))
    expect(page.locator("main")).to_contain_text("Hai ottenuto 100%")
    check(page)
    follow(page, page.get_by_role("link", name="Torna al modulo"))
    check(page)
    assert len(somebody.visitor.evidence("assessment.submitted")) == 1


def test_answers_are_saved_while_they_are_given(visiting: Open, site: tuple[Flask, str]) -> None:
    somebody = visiting()
    page = somebody.page
    page.goto(f"{somebody.address}{ASSESSMENT}")
    follow(page, page.get_by_role("button", name="Inizia il tentativo 1 di 3"))
    fill_in(page, right(questions_of(site, somebody)[:1]))
    page.locator("[data-autosave-status]", has_text="Risposte salvate alle ore").wait_for()
    assert len(somebody.visitor.evidence("assessment.answered")) == 1


def test_lesson_by_keyboard_alone(visiting: Open) -> None:
    somebody = visiting()
    page = somebody.page
    page.goto(f"{somebody.address}{MODULE}/lessons/m1-l1")
    page.keyboard.press("Tab")
    expect(page.locator("[href='#contenuto']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contenuto")).to_be_focused()
    page.locator("#risposta-m1-l1-q2-true").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # hands in the form that the button is in
    page.wait_for_url("**#esito-m1-l1-q2")
    expect(page.locator("#esito-m1-l1-q2")).to_contain_text("Risposta giusta")


def test_host_cookies_work_on_localhost_without_tls(visiting: Open) -> None:
    somebody = visiting()
    page = somebody.page
    page.goto(f"{somebody.address}{MODULE}/lessons/m1-l1")
    kept = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert kept["__Host-forms"]["secure"]
    assert kept["__Host-forms"]["sameSite"] == "None"


def choose(page: Page, choice: str) -> None:
    """Chooses in a situation, by keyboard alone."""
    page.locator(f"#scelta-{choice}").focus()
    page.keyboard.press("Space")
    follow(page, page.get_by_role("button", name="Scelgo questo"), "Enter")


@pytest.mark.parametrize("scripts", [True, False])
def test_simulation_by_keyboard_alone(visiting: Open, *, scripts: bool) -> None:
    somebody = visiting(scripts=scripts)
    page = somebody.page
    check = assert_accessible if scripts else lambda _page: None
    page.goto(f"{somebody.address}{PROGRAMME}/modules/m6/simulations/m6-s1")
    check(page)
    follow(page, page.get_by_role("button", name="Inizia"), "Enter")
    follow(page, page.get_by_role("button", name="Scelgo questo"), "Enter")
    expect(page).to_have_title(re.compile("^Errore:"))
    check(page)
    for choice in "bba":
        choose(page, choice)
        if choice == "a":
            check(page)
        follow(page, page.get_by_role("link", name="Continua"), "Enter")
    choose(page, "a")
    expect(page.locator("main")).to_contain_text("Équipe ogni settimana")
    page.go_back()  # where the form was there is no choosing again
    expect(page.locator("main")).to_contain_text("58 punti su 80.")
    check(page)
    follow(page, page.get_by_role("link", name="Il percorso con più fiducia"), "Enter")
    expect(page.locator("#confronto")).to_be_in_viewport()
    follow(page, page.get_by_role("button", name="Gioca di nuovo, con scelte diverse"), "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("La telefonata della prefettura")
    assert len(somebody.visitor.evidence("simulation.ended")) == 1


def test_action_plan_from_the_empty_form_to_one_printed_page(visiting: Open) -> None:
    somebody = visiting()
    page = somebody.page
    page.goto(f"{somebody.address}{PROGRAMME}/modules/m6/lessons/m6-l6")
    follow(page, page.get_by_role("link", name="Apri la scheda"))
    follow(page, page.get_by_role("button", name="Componi la pagina"))
    expect(page).to_have_title(re.compile("^Errore:"))
    assert_accessible(page)
    for area in page.locator("textarea").all():
        area.fill("\n".join(["Parole di senso compiuto e breve."] * 6))
    day = page.get_by_label("Giorno del primo passo")
    day.fill(str(day.get_attribute("max")))
    follow(page, page.get_by_role("button", name="Componi la pagina"))
    assert_accessible(page)
    expect(page.get_by_role("button", name="Stampa")).to_be_visible()
    assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) == 1
    with page.expect_download() as saved:
        page.get_by_role("button", name="Scarica l'appuntamento").click()
    assert saved.value.suggested_filename == "piano-d-azione.ics"
    follow(page, page.get_by_role("button", name="Torna a scrivere"))
    expect(page.get_by_label("Indicatore")).to_have_value(re.compile("^Parole"))
