"""Whatever is thrown at the open doors ends in a clear answer and an unchanged database."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.tables import TABLES

HOME = "https://formazione.example"
TEN_MEGABYTES = b"x" * (10 * 1024 * 1024)


@pytest.fixture
def unchanged(database: Session) -> Iterator[None]:
    """Fails if a row appeared anywhere, but for the bounded log of refused launches."""
    yield
    database.rollback()
    kept = [table for table in TABLES if table is not LaunchReport]
    counts = {t.__tablename__: database.scalar(select(func.count()).select_from(t)) for t in kept}
    assert {name: count for name, count in counts.items() if count} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/lti/login",
        "/lti/launch",
        "/lti/launch/confirm",
        "/v/x/ticket",
        "/lti/register/x",
        "/xapi/statements",
        "/webinars/callbacks/events/x/y",
    ],
)
def test_ten_megabytes_are_refused(path: str, client: FlaskClient, unchanged: None) -> None:
    answer = client.post(
        path, data=TEN_MEGABYTES, content_type="application/x-www-form-urlencoded", base_url=HOME
    )
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"iss": "https://unknown.example", "login_hint": "1", "target_link_uri": f"{HOME}/lti/launch"},
        {"iss": "\x00", "login_hint": "\x00", "target_link_uri": "\x00", "client_id": "\x00"},
        {"iss": "x" * 5000, "login_hint": "1", "target_link_uri": "javascript:alert(1)"},
        {"iss": "\ud83d\ude00", "login_hint": "\u202e", "target_link_uri": "//evil.example"},
    ],
)
def test_wrong_login_is_a_page_with_a_code(
    form: dict[str, str], client: FlaskClient, unchanged: None
) -> None:
    answer = client.post(
        "/lti/login", data={k: v.encode("utf-8", "surrogatepass") for k, v in form.items()}, base_url=HOME
    )
    assert 400 <= answer.status_code < 500
    assert "<code>" in answer.text
    assert "unknown.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("state", ["", "\x00", "x" * 10_000, "never-issued"])
def test_wrong_launch_is_a_page_with_a_code(state: str, client: FlaskClient, unchanged: None) -> None:
    answer = client.post("/lti/launch", data={"state": state, "id_token": "a.b.c"}, base_url=HOME)
    assert 400 <= answer.status_code < 500
    assert "<code>" in answer.text


@pytest.mark.parametrize("ticket", ["", "\x00", "x" * 10_000, "\ud83d\ude00", "never-issued"])
def test_wrong_ticket_is_a_page_with_a_code(ticket: str, client: FlaskClient, unchanged: None) -> None:
    sent = {"ticket": ticket.encode("utf-8", "surrogatepass"), "browser_secret": b"\xff\x00"}
    answer = client.post("/lti/launch/confirm", data=sent, headers={"Origin": HOME}, base_url=HOME)
    assert 400 <= answer.status_code < 500
    assert "<code>" in answer.text
    page = client.get("/v/x/programmes/co-alizione", query_string={"ticket": sent["ticket"]}, base_url=HOME)
    assert page.status_code == 401
    form = {"visit_secret": sent["ticket"]}
    refused = client.post("/v/x/ticket", data=form, headers={"Origin": HOME}, base_url=HOME)
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/v/%00/programmes/co-alizione",
        "/secretariat/sign-in/%00",
        "/secretariat/records?from=%00&q=%00",
        "/programmes/%00/modules/m1",
        "/%F0%9F%98%80",
        "/lti/register/%00?openid_configuration=%00",
        "/lti/register/" + "x" * 4000,
        "/lti/register/x?openid_configuration=https://a.example/%F0%9F%98%80&registration_token=%0D%0AX:%20y",
        "/webinars/callbacks/events/%00/%00",
        "/v/" + "x" * 4000 + "/programmes/co-alizione",
    ],
)
def test_odd_address_is_never_an_internal_error(path: str, client: FlaskClient, unchanged: None) -> None:
    assert client.get(path, base_url=HOME).status_code < 500


def test_form_without_its_token_is_refused(app: Flask, unchanged: None) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/secretariat/sign-in/some-secret", base_url=HOME)
    assert answer.status_code == 400
    assert "form_expired" in answer.text


def test_error_answers_json_to_those_who_ask_for_it(client: FlaskClient) -> None:
    answer = client.get("/no-such-page", headers={"Accept": "application/json"}, base_url=HOME)
    assert answer.get_json()["code"] == "not_found"
