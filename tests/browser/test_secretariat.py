"""The secretariat's pages in a real browser: the way in, the way down to the evidence, axe on every page."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Placement
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.records.completion import Completion
from lms_plugin.records.fact import Kind
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.following import follow, sign_in
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.factories.records import (
    make_attempt,
    make_completion,
    make_evidence,
    make_outbox_item,
    make_statement,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 360], indirect=True),
]
SUBMITTED = {"attempt": 1, "percent": 80, "pass_percent": 70, "answers": {"m1-a-q1": ["b"]}}
SETTLED = {"attended_seconds": 3780, "denominator_seconds": 5400, "percent": 70, "threshold_percent": 70}
NAMES = ("Maria Rossi", "Nicolò Verdi", "", "Giuseppina Della Rovere-Montecuccoli di Castelvetrano")


@pytest.fixture
def link(database: Session, now: datetime) -> str:
    """A sign-in link, with sixty records behind it."""
    with writing(database):
        deployment = make_deployment(database, "Moodle del Comune di Siracusa", "Corso sindaci")
        for number in range(60):
            name = NAMES[number % len(NAMES)]
            learner = make_learner(database, name, account_name=f"{number:08x}-4f2a-9d11")
            placement = make_placement(database, learner, deployment)
            make = attended_webinar if number % 2 else completed_module
            made = make(database, learner, placement, now - timedelta(minutes=number))
            make_statement(database, made, learner)
            deliver(database, made, ("delivered", "waiting", "dead")[number % 3])
        secret = invite(database, "anna.bianchi@example.it", Role.SECRETARY, now).secret
    return f"/secretariat/sign-in/{secret}"


def attended_webinar(database: Session, learner: Learner, placement: Placement, at: datetime) -> Completion:
    """Presence and what came of it."""
    make_evidence(database, learner, Kind.WEBINAR_JOINED, "w01", {"connection": "c1"}, at)
    settled = make_evidence(database, learner, Kind.WEBINAR_SETTLED, "w01", SETTLED, at)
    return make_completion(
        database,
        learner,
        activity_id="w01",
        activity_kind="webinar",
        outcome="attended",
        score_percent=None,
        duration_seconds=3780,
        evidence=[settled],
        placement=placement,
        completed_at=at,
    )


def completed_module(database: Session, learner: Learner, placement: Placement, at: datetime) -> Completion:
    """Two lessons, an assessment, a module."""
    rows = [make_evidence(database, learner, activity_id=f"m1-l{place}", at=at) for place in (1, 2)]
    rows.append(make_evidence(database, learner, Kind.ASSESSMENT_SUBMITTED, "m1-assessment", SUBMITTED, at))
    return make_completion(database, learner, evidence=rows, placement=placement, completed_at=at)


def deliver(database: Session, made: Completion, status: str) -> None:
    """A score to send, and the answer when there was one."""
    item = make_outbox_item(database, made, status=status)
    if status != "waiting":
        http_status = 200 if status == "delivered" else 404
        make_attempt(database, item.id, status, http_status, "line item not found", made.decided_at)


def inspect(page: Page, name: str, width: int) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def test_from_the_link_down_to_the_evidence(page: Page, link: str, width: int) -> None:
    page.goto("/secretariat")
    inspect(page, "not-signed-in", width)
    page.goto(link)
    inspect(page, "sign-in", width)
    follow(page, page.get_by_role("button", name="Entra"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Registro delle attività")
    expect(page.get_by_text("60 registrazioni trovate")).to_be_visible()
    inspect(page, "register", width)

    page.get_by_text("Filtra le registrazioni").click()
    page.get_by_label("Nome o account").fill("verdi")
    inspect(page, "filters", width)
    follow(page, page.get_by_role("button", name="Applica i filtri"))
    expect(page.get_by_text("15 registrazioni trovate")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Scarica CSV", exact=True).click()
    assert download.value.suggested_filename == "coalizione_registro_20261123.csv"
    assert len(Path(download.value.path()).read_text(encoding="utf-8").splitlines()) == 16

    follow(page, page.get_by_role("link", name="Nicolò Verdi").locator("visible=true").first)
    expect(page.get_by_text("Presenza di 63 minuti su 90")).to_be_visible()
    expect(page.get_by_text("La catena delle prove è intatta")).to_be_visible()
    page.get_by_text("fatto scritto prima della decisione").click()
    inspect(page, "record", width)


def test_every_other_page_is_accessible_too(page: Page, link: str, width: int) -> None:
    sign_in(page, link)
    for name, address in {
        "second-page": "/secretariat/records?page=2&order=name",
        "nothing-found": "/secretariat/records?q=nobody",
        "page-too-far": "/secretariat/records?page=7",
        "filters-wrong": "/secretariat/records?from=ieri&colour=red",
        "statements-of-whom": "/secretariat/statements?who=giuseppina",
        "statements-of-nobody": "/secretariat/statements?who=nobody",
        "statements": "/secretariat/statements?verb=completed",
    }.items():
        page.goto(address)
        inspect(page, name, width)
    follow(page, page.locator("main a[href*='/secretariat/statements/']").locator("visible=true").first)
    expect(page.get_by_role("heading", name="Le sue prove")).to_be_visible()
    inspect(page, "statement", width)
    page.goto("/secretariat/records?q=maria")
    follow(page, page.get_by_role("link", name="Maria Rossi").locator("visible=true").first)
    inspect(page, "module", width)
    follow(page, page.get_by_role("button", name="Esci"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Hai chiuso la visita")
    inspect(page, "signed-out", width)
    page.goto(link)
    inspect(page, "used-link", width)


def test_everything_can_be_reached_by_keyboard(page: Page, link: str, width: int) -> None:
    sign_in(page, link)
    page.get_by_text("Filtra le registrazioni").press("Enter")
    expect(page.get_by_label("Nome o account")).to_be_visible()
    follow(page, page.get_by_label("Nome o account"), "Enter")
    if width > 1000:
        scroller = page.get_by_role("region", name="Tabella: Registrazioni, pagina 1 di 3")
        scroller.focus()
        expect(scroller).to_be_focused()
