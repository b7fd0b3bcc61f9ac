"""The final assessment in Chromium: by keyboard, without JavaScript, and reopened by the secretariat."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from course_content.programme import Assessment
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.following import follow
from tests.browser.test_player import Open, fill_in, site, visiting
from tests.factories.people import make_staff, make_visit
from tests.journeys import keyboard
from tests.lms_plugin.modules.visitor import FINAL, PROGRAMME, right, wrong
from tests.lms_plugin.secretariat.test_reopening_pages import attempt

__all__ = ["site", "visiting"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SHOTS = os.environ.get("SCREENSHOTS", "")


def look(page: Page, name: str) -> None:
    """No violation and nothing wider than the window, at 1280 and 360 px; a picture where one is wanted."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], (page.url, width)
        assert sideways(page) == 0, (page.url, width)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def final_of(site: tuple[Flask, str]) -> Assessment:
    found = site[0].extensions["programmes"]["co-alizione"].final_assessment.assessment
    assert isinstance(found, Assessment)
    return found


def secretariat(page: Page, database: Session, record: str) -> Page:
    """Another window, of a secretary, on the page of a record."""
    with writing(database):
        staff = make_staff(database)
        _visit, cookie, secret = make_visit(
            database, Role.SECRETARY, staff_id=staff.id, reads_records=True, now=datetime.now(UTC)
        )
    page.context.add_cookies(
        [{"name": cookie, "value": secret, "domain": "localhost", "path": "/", "secure": True}]
    )
    window = page.context.new_page()
    window.goto(record)
    return window


def test_failed_twice_by_keyboard_reopened_by_the_secretariat_and_begun_again(
    visiting: Open, site: tuple[Flask, str], database: Session
) -> None:
    somebody, assessment = visiting(), final_of(site)
    page = somebody.page
    page.goto(f"{somebody.address}{PROGRAMME}")
    look(page, "programme")
    keyboard.follow(page, "a[href$='/final-assessment']")
    look(page, "final")
    keyboard.follow(page, "form button.btn-primary")
    look(page, "attempt")
    questions = somebody.visitor.drawn(assessment, 1)
    fill_in(page, right(questions[:8]) | wrong(questions[8:]))
    keyboard.follow(page, "button[value=submit]")
    expect(page.locator("main")).to_contain_text("4 moduli ti conviene rileggerli")
    look(page, "result")
    learner = database.get_one(Learner, somebody.visitor.learner_id)
    attempt(database, learner, 2, 20, datetime.now(UTC))
    keyboard.follow(page, "main a[href$='/final-assessment']")
    expect(page.locator("main")).to_contain_text("può riaprire la verifica")
    look(page, "used-up")
    origin = somebody.address.partition("/v/")[0]
    desk = secretariat(page, database, f"{origin}/secretariat/attempts")
    look(desk, "attempts")
    keyboard.follow(desk, "main table a")
    keyboard.tab_to(desk, "#campo-reason")
    look(desk, "record")
    follow(desk, desk.get_by_role("button", name="Concedi un tentativo in più"), "Enter")
    expect(desk).to_have_title(re.compile("^Errore:"))
    look(desk, "record-refused")
    desk.locator("#campo-reason").fill("Guasto della rete durante la prova")
    follow(desk, desk.get_by_role("button", name="Concedi un tentativo in più"), "Enter")
    expect(desk.locator("main")).to_contain_text("Fatto: la persona ha un tentativo in più")
    look(desk, "record-granted")
    page.reload()
    look(page, "reopened")
    keyboard.follow(page, "form button.btn-primary")
    expect(page.locator("main")).to_contain_text("Tentativo 3 di 3")


def test_without_javascript_from_the_start_to_the_result(visiting: Open, site: tuple[Flask, str]) -> None:
    somebody, assessment = visiting(scripts=False), final_of(site)
    page = somebody.page
    page.goto(f"{somebody.address}{FINAL}")
    follow(page, page.get_by_role("button", name="Inizia il tentativo 1 di 2"))
    questions = somebody.visitor.drawn(assessment, 1)
    fill_in(page, right(questions[:4]))
    follow(page, page.get_by_role("button", name="Salva fin qui").first)
    expect(page.locator("main")).to_contain_text("Risposte già salvate: 4 di 24")
    fill_in(page, right(questions[4:]))
    follow(page, page.get_by_role("button", name="Invia le risposte"))
    expect(page.locator("main")).to_contain_text("Nessun modulo è sotto la soglia.")
