"""The roster's pages in a real browser, without scripts: both ways in, every list, axe, 1280 and 360 px."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lti.nrps import Member, Roster
from lms_plugin.lti.platform import LtiContext, ResourceLink
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.rosters import pages
from lms_plugin.rosters.keeping import keep_roster
from lms_plugin.rosters.tables import CourseRoster, RosterSync
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.chromium import PATIENCE, served
from tests.browser.following import follow, sign_in
from tests.factories.people import make_deployment, make_learner, make_placement, make_visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("width", [1280, 360], indirect=True),
]
LONG = "Giuseppina Della Rovere-Montecuccoli di Castelvetrano"
NAMES = ("Maria Rossi", "Nicolò Verdi", "", LONG)
TITLE = "Accoglienza e integrazione nei Comuni: corso per amministratori e uffici, edizione autunnale"


@pytest.fixture
def page(chromium: Browser, app: Flask, width: int) -> Iterator[Page]:
    """A window on the served application, in which no script of a page runs."""
    app.config["WTF_CSRF_ENABLED"] = True
    kept, pages.WAIT_SECONDS = pages.WAIT_SECONDS, 0.2  # no worker runs here
    with served(app) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 900}, bypass_csp=True, locale="it-IT"
        )
        context.route("**/*.js", lambda route: route.abort())
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()
    pages.WAIT_SECONDS = kept


def member(number: int, *roles: str, status: str = "Active") -> Member:
    """Somebody of the roster, some with nothing but an id."""
    name = NAMES[number % len(NAMES)]
    email = f"persona.{number}@comune-di-un-nome-lungo.example.it" if name else ""
    return Member(f"user-{number:03}", roles or ("Learner",), status, name, email)


def read_roster(database: Session, context: LtiContext, members: list[Member], at: datetime) -> None:
    """As if the LMS had listed these people then."""
    counted = keep_roster(database, context.id, Roster({one.user_id: one for one in members}), at)
    roster = database.get(CourseRoster, context.id)
    if roster is None:
        roster = CourseRoster(context_id=context.id, due_at=at, failures=0, first_read_at=at)
        database.add(roster)
    roster.previous_read_at, roster.last_read_at = roster.last_read_at, at
    attempt = RosterSync(context_id=context.id, started_at=at, ended_at=at, cause="asked", outcome="done")
    attempt.members, attempt.unreadable = len(members), {"no usable user_id": 2}
    attempt.joined, attempt.gone = counted["joined"], counted["gone"]
    database.add(attempt)


@pytest.fixture
def doors(database: Session, now: datetime) -> dict[str, str]:
    """A sign-in link of the secretariat, a trainer's visit with its cookie, and the course."""
    with writing(database):
        deployment = make_deployment(database, "Moodle del Comune di Siracusa")
        context = LtiContext(
            deployment_id=deployment.id, context_id="7", title=TITLE, memberships_url="https://lms.example/m"
        )
        database.add(context)
        database.flush()
        for number in range(0, 60, 3):
            learner = make_learner(database, NAMES[number % 4], account_name=f"user-{number:03}")
            learner.home_page = deployment.platform.actor_home_page
            placement = make_placement(database, learner, deployment)
            database.get_one(ResourceLink, placement.resource_link_id).context_id = context.id
        everybody = [member(number) for number in range(70)]
        read_roster(database, context, everybody, now - timedelta(days=2))
        changed = [member(3, "Instructor"), member(4, status="Inactive"), *everybody[5:]]
        changed += [member(70), member(71)]
        read_roster(database, context, changed, now - timedelta(hours=6))
        link = database.get_one(ResourceLink, placement.resource_link_id)
        link.programme_id, link.activity_id = "co-alizione", "m1"
        visit, cookie, secret = make_visit(
            database, Role.TRAINER, learner_id=learner.id, deployment_id=deployment.id,
            placement_id=placement.id, now=now,
        )  # fmt: skip
        invitation = invite(database, "anna.bianchi@example.it", Role.SECRETARY, now).secret
        return {
            "staff": f"/secretariat/sign-in/{invitation}",
            "visit": f"/v/{visit.name}",
            "cookie": cookie,
            "secret": secret,
            "course": str(context.id),
        }


def inspect(page: Page, name: str, width: int) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"roster-{name}-{width}.png"), full_page=True)


def test_a_trainer_comes_from_the_programme_and_reads_every_list(
    page: Page, doors: dict[str, str], width: int
) -> None:
    page.context.add_cookies([
        {
            "name": doors["cookie"], "value": doors["secret"], "domain": "localhost", "path": "/",
            "secure": True, "httpOnly": True, "sameSite": "None",
        }
    ])  # fmt: skip
    page.goto(f"{doors['visit']}/programmes/co-alizione")
    inspect(page, "programme", width)
    follow(page, page.get_by_role("link", name="Iscritti al corso"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Iscritti: {TITLE}")
    inspect(page, "enrolled", width)
    follow(page, page.get_by_role("link", name="Pagina successiva"), "Enter")
    expect(page.get_by_role("navigation", name="Pagine dell'elenco")).to_contain_text("Pagina 2 di 2")
    for label, name in {"Mai entrati": "never", "Non più iscritti": "left", "Novità": "changes"}.items():
        follow(page, page.get_by_role("navigation", name="Elenchi").get_by_role("link", name=label), "Enter")
        page.wait_for_url(f"**show={name}")
        inspect(page, name, width)
    expect(page.get_by_role("heading", name="Nuovi iscritti (2)")).to_be_visible()
    expect(page.get_by_role("heading", name="Hanno cambiato parte (1)")).to_be_visible()
    follow(page, page.get_by_role("link", name="Ultimi 7 giorni"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Scarica CSV per Excel").click()
    assert download.value.suggested_filename == "coalizione_iscritti_20261123.csv"
    assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_secretariat_finds_the_course_and_asks_for_a_reading(
    page: Page, doors: dict[str, str], database: Session, now: datetime, width: int
) -> None:
    sign_in(page, doors["staff"])
    follow(page, page.get_by_role("link", name="Corsi e iscritti"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Corsi e iscritti")
    inspect(page, "courses", width)
    follow(page, page.get_by_role("link", name=TITLE))
    follow(page, page.get_by_role("button", name="Aggiorna adesso"), "Enter")
    expect(page.get_by_role("status")).to_contain_text("Stiamo leggendo l'elenco")
    inspect(page, "under-way", width)
    with writing(database):
        (roster,) = database.scalars(select(CourseRoster))
        roster.requested_at = None
        attempt = RosterSync(context_id=roster.context_id, cause="asked", outcome="refused", http_status=403)
        attempt.started_at = attempt.ended_at = now
        attempt.answer = '{"error": "insufficient_scope"}'
        database.add(attempt)
    follow(page, page.get_by_role("link", name="Ricarica la pagina"))
    expect(page.get_by_role("status")).to_contain_text("HTTP 403")
    inspect(page, "refused", width)
