"""An administrator connects an LMS in Chromium: in its frame, in a window, by keyboard, without scripts."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.lti.invitations import Wishes, make_invitation
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.registering import approve
from lms_plugin.people.role import Role
from lms_plugin.rehearsal.application import make_lms
from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.settings import read_settings
from lms_plugin.storage import writing
from tests.browser.axe import sideways, violations
from tests.browser.chromium import PATIENCE, free_port, served
from tests.browser.following import follow
from tests.factories.people import make_staff, make_visit
from tests.services.applications import make_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
WIDTHS = [1280, 360]


@dataclass
class Sites:
    """The tool on localhost and the practice LMS on 127.0.0.1, which browsers take for two sites."""

    tool: str
    lms: str
    database: Session

    def link(self, **wishes: object) -> str:
        """A fresh invitation."""
        with writing(self.database):
            made = make_invitation(self.database, Wishes("anna@example.it", **wishes), datetime.now(UTC))  # type: ignore[arg-type]
        return f"{self.tool}/lti/register/{made.secret}"

    def platforms(self) -> list[Platform]:
        """What is registered now."""
        self.database.rollback()
        self.database.expire_all()
        return list(self.database.scalars(select(Platform)))


@pytest.fixture
def sites(environment: dict[str, str], database: Session) -> Iterator[Sites]:
    tool_port, lms_port = free_port(), free_port()
    tool, lms = f"http://localhost:{tool_port}", f"http://127.0.0.1:{lms_port}"
    environment["COALIZIONE_PUBLIC_URL"] = tool
    app: Flask = make_app(read_settings(environment))
    practice = make_lms(LmsSettings(url=lms, tool_url=tool, profile="moodle"))
    with served(app, tool_port), served(practice, lms_port):
        yield Sites(tool, lms, database)
    with app.app_context():
        db.engine.dispose()


Open = Callable[..., Page]


@pytest.fixture
def window(chromium: Browser) -> Iterator[Open]:
    """Opens a window of a width, with or without scripts."""
    contexts = []

    def enter(width: int = 1280, *, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            bypass_csp=scripts,
            java_script_enabled=scripts,
            locale="it-IT",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    yield enter
    for context in contexts:
        context.close()


def inspect(page: Page | Frame, name: str) -> None:
    """No axe violation, nothing wider than the window; a picture when SCREENSHOTS names a folder."""
    assert violations(page) == [], name  # type: ignore[arg-type]
    assert sideways(page) <= 0, name  # type: ignore[arg-type]
    if folder := os.environ.get("SCREENSHOTS"):
        window = page if isinstance(page, Page) else page.page
        width = window.evaluate("window.innerWidth")
        window.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def begin(page: Page, sites: Sites, link: str) -> None:
    """Pastes the invitation into the practice LMS's page of tools."""
    page.goto(f"{sites.lms}/as/dario/tools")
    page.get_by_label("Indirizzo di registrazione dello strumento").fill(link)
    follow(page, page.get_by_role("button", name="Prepara l'invito"))


def tool_frame(page: Page) -> Frame:
    """The tool's page inside the LMS's."""
    handle = page.locator("iframe.tool").element_handle()
    frame = handle.content_frame() if handle is not None else None
    assert frame is not None
    return frame


@pytest.mark.parametrize("width", WIDTHS)
def test_in_the_lmss_frame_by_keyboard_alone(sites: Sites, window: Open, width: int) -> None:
    page = window(width)
    begin(page, sites, sites.link(name="Moodle del Comune"))
    page.locator("#go-to-frame").press("Enter")
    frame = tool_frame(page)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Collega Moodle 2024100706")
    inspect(frame, "registration-confirm")
    email = frame.get_by_label("Indirizzo e-mail", exact=False)
    assert not email.is_checked()
    email.focus()
    page.keyboard.press("Space")
    expect(email).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # The tool says that it is done, and the LMS goes back to its list, where the tool waits.
    page.wait_for_url("**/as/dario/tools")
    expect(page.get_by_role("button", name="Attiva CO-AliZIONE Formazione")).to_be_visible()
    assert [(each.name, each.status) for each in sites.platforms()] == [("Moodle del Comune", "pending")]


@pytest.mark.parametrize("width", WIDTHS)
def test_in_a_window_of_its_own_what_remains_to_be_done_stays_readable(
    sites: Sites, window: Open, width: int
) -> None:
    page = window(width)
    begin(page, sites, sites.link())
    with page.expect_popup() as opened:
        page.locator("#go-to-tool").click()
    tool = opened.value
    tool.get_by_role("button", name="Conferma e registra").click()
    expect(tool.get_by_role("heading", level=1)).to_have_text("Registrazione riuscita")
    tool.set_viewport_size({"width": width, "height": 900})
    inspect(tool, "registration-done")
    main = tool.locator("main")
    expect(main).to_contain_text("attivalo alla pagina degli strumenti esterni")
    expect(main).to_contain_text("aspetta che chi amministra CO-AliZIONE la approvi")
    with tool.expect_event("close"):
        tool.get_by_role("button", name="Chiudi e torna nell'LMS").click()
    expect(page.get_by_role("button", name="Attiva CO-AliZIONE Formazione")).to_be_visible()


def test_in_the_frame_without_scripts(sites: Sites, window: Open) -> None:
    page = window(scripts=False)
    begin(page, sites, sites.link(approves=True))
    page.locator("#go-to-frame").click()
    frame = tool_frame(page)
    frame.get_by_role("button", name="Conferma e registra").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Registrazione riuscita")
    expect(frame.locator("main")).to_contain_text("Puoi chiudere questa finestra")
    expect(frame.get_by_role("button", name="Chiudi e torna nell'LMS")).to_have_count(0)
    assert [each.status for each in sites.platforms()] == ["active"]


def test_from_the_invitation_to_the_picker_of_activities(sites: Sites, window: Open) -> None:
    page = window()
    begin(page, sites, sites.link())
    page.locator("#go-to-frame").click()
    tool_frame(page).get_by_role("button", name="Conferma e registra").click()
    follow(page, page.get_by_role("button", name="Attiva CO-AliZIONE Formazione"))

    def choose() -> Frame:
        page.goto(f"{sites.lms}/as/carla/deep-linking")
        page.get_by_text("Scegli qui").nth(1).click()  # the first is the tool that every practice LMS has
        return tool_frame(page)

    waiting = choose()
    expect(waiting.locator("main")).to_contain_text("non ha ancora approvato la registrazione")
    expect(waiting.locator("main")).to_contain_text("registration_pending")
    inspect(waiting, "registration-pending")
    with writing(sites.database):
        approve(sites.platforms()[0], datetime.now(UTC))
    expect(choose().locator("main")).to_contain_text("Scegli tutto di CO-AliZIONE")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refusal_is_readable_in_the_frame(sites: Sites, window: Open, width: int) -> None:
    page, link = window(width), sites.link()
    begin(page, sites, link)
    start = page.locator("#go-to-tool").get_attribute("href")
    assert start is not None
    page.goto(start)
    follow(page, page.get_by_role("button", name="Conferma e registra"))
    other = sites.link()
    page.goto(start.replace(link, other))
    follow(page, page.get_by_role("button", name="Conferma e registra"))
    expect(page.locator("main")).to_contain_text("token_already_used")
    inspect(page, "registration-refused")
    page.goto(other)
    inspect(page, "registration-invitation")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_administrators_pages(sites: Sites, window: Open, width: int) -> None:
    page = window(width)
    with writing(sites.database):
        staff = make_staff(sites.database, Role.ADMINISTRATOR)
        _visit, cookie, secret = make_visit(
            sites.database,
            Role.ADMINISTRATOR,
            staff_id=staff.id,
            reads_records=True,
            now=datetime.now(UTC),
        )
    where = {"domain": "localhost", "path": "/", "secure": True, "httpOnly": True, "sameSite": "None"}
    page.context.add_cookies([{"name": cookie, "value": secret, **where}])  # type: ignore[typeddict-item]
    page.goto(f"{sites.tool}/administration/connect")
    inspect(page, "connect-choice")
    follow(page, page.get_by_role("link", name="Crea un invito"))
    page.get_by_label("Come si chiamerà l'LMS qui").fill("Moodle di Siracusa")
    follow(page, page.get_by_role("button", name="Crea l'invito"), "Enter")
    link = page.get_by_label("Indirizzo di registrazione").input_value()
    assert link.startswith(f"{sites.tool}/lti/register/")
    inspect(page, "invitations")
    follow(page, page.get_by_role("button", name="Revoca"))
    expect(page.locator("table")).to_contain_text("Revocato")
    page.goto(f"{sites.tool}/administration/connect/moodle")
    page.get_by_label("Indirizzo dell'LMS").fill("https://moodle.example.it")
    follow(page, page.get_by_role("button", name="Compila gli indirizzi"))
    expect(page.get_by_label("Emittente", exact=False)).to_have_value("https://moodle.example.it")
    follow(page, page.get_by_role("button", name="Prova le chiavi e salva"))
    expect(page.locator("#errori")).to_be_visible()
    inspect(page, "manual-errors")
    page.goto(f"{sites.tool}/administration/connect/other")
    for label, value in (
        ("Nome dell'LMS", "LMS di prova"), ("Emittente", sites.lms), ("Client id", "x-1"),
        ("Indirizzo di autenticazione", f"{sites.lms}/auth"), ("Indirizzo dei token", f"{sites.lms}/token"),
        ("Indirizzo delle chiavi", f"{sites.lms}/jwks.json"),
    ):  # fmt: skip
        page.get_by_label(label, exact=False).first.fill(value)
    follow(page, page.get_by_role("button", name="Prova le chiavi e salva"))
    expect(page.get_by_role("heading", level=1)).to_have_text("LMS collegato")
    inspect(page, "manual-saved")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_values_to_copy_are_selected_by_one_click(sites: Sites, window: Open, width: int) -> None:
    page = window(width)
    page.goto(f"{sites.tool}/lti/configuration")
    inspect(page, "configuration")
    value = page.locator("code.copy", has_text="/lti/launch").first
    value.click()
    assert page.evaluate("getSelection().toString()") == f"{sites.tool}/lti/launch"
