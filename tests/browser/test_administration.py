"""The administrators' pages in a real browser, by keyboard and without JavaScript: axe on every page."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from lms_plugin.lti.key_rotation import NOTICE, keep_keys, rotate
from lms_plugin.lti.platform import Deployment
from lms_plugin.lti.role_overrides import add_override
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.storage import writing
from tests.browser import following
from tests.browser.axe import sideways, violations
from tests.conftest import SECRET
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.factories.records import make_evidence

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 360], indirect=True),
]
LONG = "Moodle dell'Unione dei Comuni Valdichiana-Montecuccoli-Castelvetrano"


@pytest.fixture
def link(database: Session, now: datetime) -> str:
    """A sign-in link of an administrator, with three platforms behind it."""
    with writing(database):
        active = make_deployment(database, "Moodle del Comune di Noto", "Corso sindaci")
        active.platform.product_family = "moodle"
        learner = make_learner(database)
        make_placement(database, learner, active)
        make_evidence(database, learner)
        parked = Deployment(
            platform_id=active.platform_id, deployment_id="7b2c9c3e-1a", status="pending", created_at=now
        )
        database.add(parked)
        waiting = make_deployment(database, LONG).platform
        waiting.status, waiting.issuer = (
            "pending",
            "https://formazione.unionedeicomunivaldichiana.example/moodle",
        )
        trial = make_deployment(database, "Prova", "Corso di prova")
        make_placement(database, make_learner(database), trial)
        add_override(
            database,
            active.platform,
            None,
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff",
            "trainer",
            now,
        )
        secret = invite(database, "anna@example.it", Role.ADMINISTRATOR, now).secret
    keep_keys(database, SECRET, now - timedelta(days=40))
    rotate(database, SECRET, now - NOTICE)
    return f"/secretariat/sign-in/{secret}"


def inspect(page: Page, name: str, width: int) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"administration-{name}-{width}.png"), full_page=True)


def press(page: Page, name: str) -> None:
    """Presses a button by keyboard."""
    following.follow(page, page.get_by_role("button", name=name).first, "Enter")


def follow(page: Page, name: str) -> None:
    """Follows a link by keyboard."""
    following.follow(page, page.get_by_role("link", name=name).first, "Enter")


def test_platforms_from_the_sign_in_to_a_deletion(page: Page, link: str, width: int) -> None:
    following.sign_in(page, link)
    inspect(page, "platforms", width)
    follow(page, LONG)
    inspect(page, "pending", width)
    press(page, "Approva")
    expect(page.get_by_role("status")).to_contain_text("Approvazione registrata")
    follow(page, "Piattaforme")

    follow(page, "Moodle del Comune di Noto")
    inspect(page, "platform", width)
    press(page, "Approva")
    follow(page, "Rinomina")
    inspect(page, "deployment-name", width)
    page.get_by_label("Nome per le persone").fill("Comune di Noto")
    page.get_by_label("Nome per le persone").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Nome salvato")

    follow(page, "Modifica nome e indirizzi")
    inspect(page, "edit", width)
    page.get_by_label("Altri siti").fill("https://scuola.instructure.com/percorso")
    press(page, "Salva")
    expect(page.get_by_role("alert")).to_contain_text("Scrivi una o più origini")
    inspect(page, "edit-refused", width)
    page.get_by_label("Altri siti").fill("https://scuola.instructure.com")
    press(page, "Salva")
    expect(page.get_by_role("status")).to_contain_text("Modifiche salvate")
    follow(page, "Elimina…")
    expect(page.get_by_text("Non si può eliminare")).to_be_visible()
    inspect(page, "delete-refused", width)

    follow(page, "Piattaforme")
    follow(page, "Prova")
    press(page, "Sospendi Prova")
    follow(page, "Elimina…")
    inspect(page, "delete", width)
    page.get_by_label("per confermare").fill("Altro")
    press(page, "Elimina per sempre")
    inspect(page, "delete-not-confirmed", width)
    page.get_by_label("per confermare").fill("Prova")
    press(page, "Elimina per sempre")
    expect(page.get_by_role("status")).to_contain_text("Eliminazione completata")


def test_keys_and_roles(page: Page, link: str, width: int) -> None:
    following.sign_in(page, link)
    page.goto("/administration/keys")
    inspect(page, "keys", width)
    press(page, "Ruota adesso")
    expect(page.get_by_role("status")).to_contain_text("Rotazione completata")
    press(page, "Ruota adesso")
    expect(page.get_by_role("button", name="Ruota lo stesso")).to_be_visible()
    inspect(page, "keys-too-new", width)
    page.goto("/administration/platforms")
    follow(page, "Moodle del Comune di Noto")
    follow(page, "Ruoli")
    inspect(page, "roles", width)
    press(page, "Salva il ruolo")
    inspect(page, "roles-refused", width)
    page.get_by_label("Ruolo, come").fill("Tutor")
    page.get_by_label("Qui è").select_option("trainer")
    press(page, "Salva il ruolo")
    expect(page.get_by_role("status")).to_contain_text("Ruolo salvato")


def test_who_may_not_come_in_is_told_so(
    page: Page, database: Session, link: str, width: int, now: datetime
) -> None:
    page.goto("/administration/platforms")
    inspect(page, "not-signed-in", width)
    with writing(database):
        secret = invite(database, "segreteria@example.it", Role.SECRETARY, now).secret
    following.sign_in(page, f"/secretariat/sign-in/{secret}")
    page.goto("/administration/platforms")
    inspect(page, "not-allowed", width)
