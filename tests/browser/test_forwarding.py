"""The administrators' pages about forwarding and seals, by keyboard: axe on each."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.proofs.days import seal_due
from lms_plugin.proofs.tables import ProofKey
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.following import follow, sign_in
from tests.factories.people import make_learner
from tests.lms_plugin.delivery.forwarding.conftest import statement, store
from tests.lms_plugin.proofs.life import SEALING, key

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 360], indirect=True),
]


@pytest.fixture
def link(database: Session, now: datetime) -> str:
    """A sign-in link of an administrator; one target is down and has refused a statement."""
    ids = store(database, *(statement(str(number)) for number in range(1204)), at=now - timedelta(hours=3))
    with writing(database):
        target = ForwardingTarget(
            name="Archivio regionale delle competenze", url="https://lrs.regione.example/xapi", key="k",
            sealed_secret=b"", version="1.0.3", created_at=now - timedelta(days=40), status_at=now,
            verbs=["http://adlnet.gov/expapi/verbs/completed"], delivered=18211, failures=9, last_status=503,
            failing_since=now - timedelta(hours=2), last_answer_at=now - timedelta(minutes=4),
            last_answer="<html><title>503 Service Temporarily Unavailable</title></html>", canary_at=now,
            canary_result="not_written", canary_answer="503",
        )  # fmt: skip
        database.add(target)
        database.flush()
        refused = ForwardingLetter(target_id=target.id, statement_id=UUID(ids[0]), stored=now, at=now)
        refused.status, refused.http_status, refused.answer = "dead", 400, "actor.account.homePage: not a URI"
        database.add(refused)
        make_learner(database).created_at = now - timedelta(days=3)
        database.add(ProofKey(**key()))
        secret = invite(database, "anna@example.it", Role.ADMINISTRATOR, now).secret
    seal_due(database, SEALING, now - timedelta(days=1))
    return f"/secretariat/sign-in/{secret}"


def inspect(page: Page, name: str, width: int) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"forwarding-{name}-{width}.png"), full_page=True)


def press(page: Page, name: str) -> None:
    """Presses a button by keyboard."""
    follow(page, page.get_by_role("button", name=name).first, "Enter")


def test_target_from_the_list_to_a_new_one(page: Page, link: str, width: int) -> None:
    sign_in(page, link)
    page.goto("/administration/seals")
    expect(page.get_by_text("Impronta").first).to_be_visible()
    expect(page.get_by_text("1 giorno concluso non è ancora sigillato").first).to_be_visible()
    inspect(page, "seals", width)
    follow(page, page.get_by_role("link", name="Inoltro").first, "Enter")
    expect(page.get_by_text("1.204 dichiarazioni aspettano")).to_be_visible()
    inspect(page, "list", width)
    follow(page, page.get_by_role("link", name="Archivio regionale"), "Enter")
    expect(page.get_by_text("non risponde come dovrebbe")).to_be_visible()
    inspect(page, "target", width)
    page.locator("summary").press("Enter")
    press(page, "Rinuncia all'invio")
    expect(page.get_by_role("alert")).to_contain_text("Scrivi perché")
    inspect(page, "reason-missing", width)
    page.get_by_label("Perché").fill("È una prova")
    page.get_by_label("Perché").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Rinuncia registrata")
    press(page, "Metti in pausa")
    expect(page.get_by_role("status")).to_contain_text("Invio in pausa")
    follow(page, page.get_by_role("link", name="Inoltro").first, "Enter")
    follow(page, page.get_by_role("link", name="Aggiungi un archivio"), "Enter")
    press(page, "Aggiungi")
    inspect(page, "new-refused", width)
    for label, value in (
        ("Nome (", "Ministero"), ("Indirizzo dell'LRS", "https://lrs.ministero.example/xapi/"),
        ("Nome utente", "k"), ("Password", "s"), ("Solo di questi programmi", "co-alizione"),
    ):  # fmt: skip
        page.get_by_label(label).fill(value)
    press(page, "Aggiungi")
    expect(page.get_by_role("status")).to_contain_text("Archivio aggiunto")
    inspect(page, "new", width)
