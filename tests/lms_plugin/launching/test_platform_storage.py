"""A launch whose browser keeps no cookie is bound by what the LMS's page kept; it is compared here."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.login import cookie_name
from lms_plugin.lti.parking import ParkedLaunch, purge_parked
from lms_plugin.lti.platform import Platform
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit
from tests.conftest import Clock
from tests.lms_plugin.launching.without_cookies import (
    FRAMED,
    OURS,
    WithoutCookies,
    data_of,
    hidden_fields,
    without_cookies,
)
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser


@pytest.fixture
def visitor(app: Flask, browser: Browser) -> WithoutCookies:
    return without_cookies(app, browser)


def count(database: Session, table: type[Visit | ParkedLaunch]) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(table)) or 0


def last_report(database: Session) -> LaunchReport:
    database.rollback()
    return database.scalars(select(LaunchReport)).all()[-1]


def test_a_launch_bound_by_the_lms_storage_opens_its_activity(
    visitor: WithoutCookies, database: Session
) -> None:
    response = visitor.launch()
    assert (response.status_code, "Set-Cookie" in response.headers) == (303, False)
    page = visitor.client.get(response.location.removeprefix(TOOL_URL))
    assert page.status_code == 200
    assert "Modulo 1" in page.text
    report = last_report(database)
    assert (report.code, report.binding) == ("", "storage")
    assert count(database, ParkedLaunch) == 0


def test_the_login_page_hands_the_secret_to_the_lms_only(visitor: WithoutCookies) -> None:
    page = visitor.login_page(visitor.lms.practice.lms.login_initiation())
    told = data_of(page.text)
    assert told["storage"] == "put"
    assert (told["origin"], told["frame"]) == (visitor.lms.practice.url, "_parent")
    assert told["onward"].startswith(f"{visitor.lms.practice.url}/auth?")
    assert told["value"] not in told["onward"]
    assert told["key"] not in told["onward"]
    assert page.headers["Cache-Control"] == "no-store"
    assert f"frame-ancestors {visitor.lms.practice.url};" in page.headers["Content-Security-Policy"] + ";"
    assert 'target="_blank"' in page.text  # the third way is on the page from the start


def test_nobody_is_given_the_secret_of_a_state_they_bring_along(app: Flask, browser: Browser) -> None:
    # Else a stranger could have their own secret put into somebody else's LMS page.
    strangers = without_cookies(app, browser)
    initiation = browser.practice.lms.login_initiation()
    step = strangers.client.post("/lti/login", data=initiation.fields, headers=FRAMED).location
    pages = [data_of(strangers.client.get(step.removeprefix(TOOL_URL)).text) for _ in range(2)]
    assert pages[0]["key"] != pages[1]["key"]
    assert pages[0]["value"] != pages[1]["value"]


@pytest.mark.parametrize("target", [None, "two words", "x" * 49, "<b>"])
def test_without_an_offer_that_can_be_taken_there_is_the_new_window(
    visitor: WithoutCookies, target: str | None
) -> None:
    fields = dict(visitor.lms.practice.lms.login_initiation().fields)
    del fields["lti_storage_target"]
    step = visitor.client.post(
        "/lti/login", data=fields if target is None else {**fields, "lti_storage_target": target},
        headers=FRAMED,
    ).location  # fmt: skip
    page = visitor.client.get(step.removeprefix(TOOL_URL)).text
    assert "data-storage" not in page
    assert "Apri in una nuova finestra" in page


def test_a_login_without_offer_is_never_bound_by_storage(visitor: WithoutCookies) -> None:
    # Straight to the LMS, as a browser does that says it is not in a frame.
    begun = visitor.client.post("/lti/login", data=visitor.lms.practice.lms.login_initiation().fields)
    form = visitor.lms.practice.lms.authentication_response(begun.location)
    response = visitor.client.post("/lti/launch", data=form)
    assert (response.status_code, "state_not_bound" in response.text) == (400, True)


@pytest.mark.parametrize("secret", ["", "wrong", "à", None])
def test_a_wrong_secret_is_refused_and_burns_the_ticket(
    visitor: WithoutCookies, database: Session, secret: str | None
) -> None:
    honest = visitor.post(visitor.log_in(visitor.lms.practice.lms.login_initiation()))
    sent = {"ticket": honest["ticket"]} | ({} if secret is None else {"browser_secret": secret})
    refused = visitor.confirm(sent)
    assert (refused.status_code, "state_not_bound" in refused.text) == (400, True)
    assert "launch_not_waiting" in visitor.confirm(honest).text
    assert count(database, Visit) == 0


def test_the_secret_of_another_login_does_not_do(visitor: WithoutCookies) -> None:
    lms = visitor.lms.practice.lms
    mine = visitor.post(visitor.log_in(lms.login_initiation()))
    other = visitor.post(visitor.log_in(lms.login_initiation("bruno")))
    mixed = {"ticket": mine["ticket"], "browser_secret": other["browser_secret"]}
    assert "state_not_bound" in visitor.confirm(mixed).text


def test_a_strangers_login_finds_no_secret_in_another_lms_page(app: Flask, browser: Browser) -> None:
    stranger, victim = without_cookies(app, browser), without_cookies(app, browser)
    form = stranger.log_in(browser.practice.lms.login_initiation("bruno"))
    assert "state_not_bound" in victim.confirm(victim.post(form)).text


@pytest.mark.parametrize("origin", ["https://stranger.example", "null", None, f"{TOOL_URL}.stranger.example"])
def test_another_site_cannot_sign_a_browser_in_with_its_own_ticket_and_secret(
    visitor: WithoutCookies, database: Session, origin: str | None
) -> None:
    sent = visitor.post(visitor.log_in(visitor.lms.practice.lms.login_initiation()))
    refused = visitor.confirm(sent, origin)
    assert (refused.status_code, "state_not_bound" in refused.text) == (400, True)
    assert count(database, Visit) == 0


def test_a_message_opens_once_whatever_is_sent_again(visitor: WithoutCookies, database: Session) -> None:
    form = visitor.log_in(visitor.lms.practice.lms.login_initiation())
    first, second = visitor.post(form), visitor.post(form)
    assert "launch_not_waiting" in visitor.confirm(first).text  # the second took its place
    assert visitor.confirm(second).status_code == 303
    assert "launch_not_waiting" in visitor.confirm(second).text
    again = visitor.client.post("/lti/launch", data=form)
    assert "state_replayed" in again.text
    assert count(database, Visit) == 1


def test_a_message_waits_two_minutes(visitor: WithoutCookies, database: Session, clock: Clock) -> None:
    sent = visitor.post(visitor.log_in(visitor.lms.practice.lms.login_initiation()))
    clock.move(minutes=2)
    assert "launch_not_waiting" in visitor.confirm(sent).text
    with writing(database):
        purge_parked(database, clock() + timedelta(seconds=1))
    assert count(database, ParkedLaunch) == 0


def test_what_waits_is_checked_again_from_the_first_check(visitor: WithoutCookies, database: Session) -> None:
    sent = visitor.post(visitor.log_in(visitor.lms.practice.lms.login_initiation()))
    database.execute(update(Platform).values(status="suspended"))
    database.commit()
    assert "registration_suspended" in visitor.confirm(sent).text


def test_a_forged_message_never_waits(visitor: WithoutCookies, database: Session) -> None:
    form = visitor.log_in(visitor.lms.practice.lms.login_initiation())
    head, claims, signature = form["id_token"].split(".")
    broken = {**form, "id_token": f"{head}.{claims}.{signature[:-8]}AAAAAAAA"}
    assert "bad_signature" in visitor.client.post("/lti/launch", data=broken).text
    assert count(database, ParkedLaunch) == 0


def test_what_waits_is_sealed(visitor: WithoutCookies, database: Session) -> None:
    sent = visitor.post(visitor.log_in(visitor.lms.practice.lms.login_initiation()))
    row = database.scalars(select(ParkedLaunch)).one()
    assert b"eyJ" not in row.sealed
    assert sent["ticket"] not in row.ticket_hash


def test_the_page_that_waits_opens_in_the_frame_of_its_lms_only(visitor: WithoutCookies) -> None:
    form = visitor.log_in(visitor.lms.practice.lms.login_initiation())
    page = visitor.client.post("/lti/launch", data=form, headers=FRAMED)
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {visitor.lms.practice.url};" in f"{policy};"
    assert "script-src 'self'" in policy
    assert hidden_fields(page.text)["browser_secret"] == ""
    assert form["state"] not in page.text


def test_a_cookie_that_did_come_back_is_what_counts(visitor: WithoutCookies) -> None:
    form = visitor.log_in(visitor.lms.practice.lms.login_initiation())
    cookie = {"Cookie": f"{cookie_name(form['state'])}=wrong"}
    assert "state_not_bound" in visitor.client.post("/lti/launch", data=form, headers=cookie).text


def test_a_repeated_field_is_refused(visitor: WithoutCookies) -> None:
    sent = visitor.post(visitor.log_in(visitor.lms.practice.lms.login_initiation()))
    response = visitor.client.post(
        "/lti/launch/confirm", data={**sent, "ticket": [sent["ticket"], "x"]}, headers=OURS
    )
    assert "malformed_response" in response.text


def test_the_secretariat_opens_by_storage_for_an_administrator(visitor: WithoutCookies) -> None:
    opened = visitor.launch("dario", "link-secretariat")
    page = visitor.client.get(opened.location.removeprefix(TOOL_URL))
    assert page.status_code == 200
    assert "Registro delle attività" in page.text
