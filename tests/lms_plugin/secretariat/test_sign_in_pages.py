"""Coming in by the one-time link, going out by the button."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite, suspend
from lms_plugin.storage import writing
from tests.conftest import Clock

EMAIL = "anna.bianchi@example.it"


@pytest.fixture
def link(database: Session, now: datetime) -> str:
    with writing(database):
        return f"/secretariat/sign-in/{invite(database, EMAIL, Role.AUDITOR, now).secret}"


def test_link_and_button_open_the_register(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    assert EMAIL in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/secretariat/records")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-visit-staff=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Partitioned", "Path=/"))
    assert client.get("/secretariat/records").status_code == 200


def test_who_administers_comes_in_among_the_connected_lmss(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    with writing(database):
        link = f"/secretariat/sign-in/{invite(database, EMAIL, Role.ADMINISTRATOR, now).secret}"
    assert "segreteria" not in client.get(link).text
    assert client.post(link).location == "/administration/platforms"
    assert client.get(link).location == "/administration/platforms"
    assert client.get("/administration/platforms").status_code == 200


def test_mail_scanner_that_follows_the_link_uses_nothing_up(client: FlaskClient, link: str) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert client.open(link, method=method).status_code == 200
    assert "Set-Cookie" not in client.head(link).headers
    assert client.post(link).status_code == 303


def test_used_link_says_what_to_ask_for(client: FlaskClient, app: Flask, link: str) -> None:
    client.post(link)
    stranger = app.test_client()
    for answer in (stranger.get(link), stranger.post(link)):
        assert answer.status_code == 410
        assert "già stato usato" in answer.text
        assert "nuovo collegamento" in answer.text
        assert "Set-Cookie" not in answer.headers or "visit" not in answer.headers["Set-Cookie"]


def test_own_used_link_leads_back_to_the_register_while_the_visit_lasts(
    client: FlaskClient, link: str, clock: Clock
) -> None:
    client.post(link)
    assert client.get(link).location == "/secretariat/records"
    clock.move(hours=2)
    assert client.get(link).status_code == 410


def test_expired_link_says_what_to_ask_for(client: FlaskClient, link: str, clock: Clock) -> None:
    clock.move(hours=24)
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "scaduto" in answer.text


def test_unknown_link_is_not_found(client: FlaskClient) -> None:
    assert client.get("/secretariat/sign-in/guess").status_code == 404
    assert client.post("/secretariat/sign-in/guess").status_code == 404


def test_button_without_the_form_token_is_refused_and_keeps_the_link(
    client: FlaskClient, app: Flask, link: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(link).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(link).text)
    assert token
    assert client.post(link, data={"csrf_token": token[1]}).status_code == 303


def test_suspended_person_is_out_at_once(
    client: FlaskClient, link: str, database: Session, now: datetime
) -> None:
    client.post(link)
    with writing(database):
        suspend(database, EMAIL, now)
    assert client.get("/secretariat/records").status_code == 401


def test_signing_out_ends_the_visit_on_the_server_too(client: FlaskClient, link: str) -> None:
    client.post(link)
    cookie = client.get_cookie("__Host-visit-staff")
    assert cookie is not None
    answer = client.post("/secretariat/sign-out", follow_redirects=True)
    assert "Hai chiuso la visita" in answer.text
    assert client.get_cookie("__Host-visit-staff") is None
    client.set_cookie("__Host-visit-staff", cookie.value)
    assert client.get("/secretariat/records").status_code == 401


def test_reading_a_link_cannot_sign_anybody_out(client: FlaskClient, link: str) -> None:
    client.post(link)
    assert client.get("/secretariat/sign-out").status_code == 405
    assert client.get("/secretariat/records").status_code == 200
