"""The administrators' page of credentials, by keyboard and without JavaScript: axe on each state of it."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from lms_plugin.lrs.credential import Wishes, issue, revoke_credential
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.following import follow, sign_in
from tests.factories.people import make_deployment
from tests.lms_plugin.lrs.conftest import Lrs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 360]),
]
LONG = "Cruscotto dell'Unione dei Comuni Valdichiana-Montecuccoli-Castelvetrano"


@pytest.fixture
def link(database: Session, now: datetime) -> str:
    """A sign-in link of an administrator; one credential is revoked, one will expire."""
    with writing(database):
        home = make_deployment(database, "Moodle del Comune di Noto").platform.actor_home_page
        issue(database, Wishes("Prova", ["all"]), now - timedelta(days=40))
        database.flush()
        revoke_credential(database, "Prova", now)
        limits = {"programme": "co-alizione", "home_page": home, "per_minute": 6000}
        wishes = Wishes(LONG, ["all/read", "state"], expires_at=now + timedelta(days=9), **limits)
        issue(database, wishes, now - timedelta(days=3))
        secret = invite(database, "anna@example.it", Role.ADMINISTRATOR, now).secret
    return f"/secretariat/sign-in/{secret}"


def inspect(page: Page, name: str, width: int) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"credentials-{name}-{width}.png"), full_page=True)


def press(page: Page, name: str) -> None:
    """Presses a button by keyboard."""
    follow(page, page.get_by_role("button", name=name).first, "Enter")


def test_credential_is_made_rotated_and_revoked(page: Page, app: Flask, link: str, width: int) -> None:
    sign_in(page, link)
    follow(page, page.get_by_role("link", name="Credenziali").first, "Enter")
    inspect(page, "list", width)
    expect(page.get_by_role("group", name="Che cosa")).to_be_visible()
    page.get_by_label("Nome", exact=False).first.fill("Prova")
    press(page, "Crea la credenziale")
    expect(page.get_by_role("alert")).to_contain_text("nessun'altra credenziale")
    inspect(page, "refused", width)

    page.get_by_label("Nome", exact=False).first.fill("Registro regionale")
    page.get_by_label("Leggere tutto").check()
    press(page, "Crea la credenziale")
    expect(page.get_by_role("status")).to_contain_text("Si vede solo adesso")
    inspect(page, "made", width)
    key, first = (page.get_by_label(label).input_value() for label in ("Chiave (", "Segreto ("))
    client = app.test_client()
    assert Lrs(client, key, first).get().status_code == 200

    page.goto("/administration/credentials")
    assert first not in page.content()
    card = page.get_by_role("listitem").filter(has_text="Registro regionale")
    card.get_by_text("Cambia il segreto").press("Enter")
    press(page, "Crea un altro segreto per Registro regionale")
    second = page.get_by_label("Segreto (").input_value()
    expect(page.get_by_text("funziona ancora fino al")).to_be_visible()
    assert [Lrs(client, key, one).get().status_code for one in (first, second)] == [200, 200]

    page.goto("/administration/credentials")
    card.get_by_text("Revoca", exact=False).first.press("Enter")
    press(page, "Revoca per sempre Registro regionale")
    expect(page.get_by_role("status")).to_contain_text("Credenziale revocata")
    inspect(page, "revoked", width)
    assert Lrs(client, key, second).get().status_code == 401
