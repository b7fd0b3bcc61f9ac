"""A visit that no cookie carries goes on by its secret in forms and by tickets in addresses."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit, VisitTicket, purge_visits
from tests.conftest import Clock
from tests.factories.people import make_learner, make_visit
from tests.lms_plugin.launching.without_cookies import (
    OURS,
    data_of,
    hidden_fields,
    without_cookies,
)
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

LESSON = "/programmes/co-alizione/modules/m1/lessons/m1-l1"
TICKET = re.compile(r"[?&]ticket=([\w-]+)")


@dataclass
class Carried:
    """Somebody in a carried visit: what their pages know."""

    client: FlaskClient
    name: str
    secret: str
    first: str

    def ticket(self, path: str, **headers: str) -> TestResponse:
        """Asks for a ticket, as our script does."""
        sent = {"Authorization": f"Bearer {self.secret}", **OURS, **headers}
        return self.client.post(f"/v/{self.name}/ticket", data={"path": path}, headers=sent)

    def open(self, path: str, **headers: str) -> TestResponse:
        """Follows a link to a page of the visit."""
        address = f"/v/{self.name}{path}"
        told = self.ticket(address).get_json()["ticket"]
        return self.client.get(address, query_string={"ticket": told}, headers=headers)

    def send(self, path: str, **options: object) -> TestResponse:
        """Hands a form in."""
        given = {"data": {"visit_secret": self.secret}, "headers": OURS} | options
        return self.client.post(f"/v/{self.name}{path}", **given)  # type: ignore[arg-type]


@pytest.fixture
def carried(app: Flask, browser: Browser) -> Carried:
    app.config["WTF_CSRF_ENABLED"] = True
    visitor = without_cookies(app, browser)
    first = visitor.launch().location.removeprefix(TOOL_URL)
    page = visitor.client.get(first)
    told = data_of(page.text)
    return Carried(visitor.client, told["visit"], told["secret"], first)


def test_the_secret_is_never_in_an_address_and_never_in_a_cookie(carried: Carried) -> None:
    assert carried.secret not in carried.first
    page = carried.open(LESSON)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert not re.search(rf'(href|src|action)="[^"]*{carried.secret}', page.text)
    assert "ticket=" not in page.text  # nor does a page repeat the ticket that opened it


def test_every_form_of_a_page_carries_the_secret_instead_of_the_token(carried: Carried) -> None:
    page = carried.open(LESSON).text
    assert page.count('method="post"') == page.count(f'name="visit_secret" value="{carried.secret}"')
    assert "csrf_token" not in page


def test_a_form_goes_on_to_the_next_page_with_a_ticket(carried: Carried) -> None:
    answer = carried.send(LESSON)
    assert answer.status_code == 303
    following = carried.client.get(answer.location)
    assert following.status_code == 200
    assert "Lezione 2 di 6" in following.text
    assert carried.client.get(answer.location).status_code == 401  # once


def test_a_fragment_stays_behind_the_ticket(carried: Carried) -> None:
    form = {"visit_secret": carried.secret, "m1-l1-q2": "true"}
    answer = carried.send(f"{LESSON}/self-checks/m1-l1-q2", data=form)
    parts = urlsplit(answer.location)
    assert (list(parse_qs(parts.query)), parts.fragment) == (["ticket"], "esito-m1-l1-q2")


def test_a_ticket_opens_one_page_for_a_minute(carried: Carried, clock: Clock) -> None:
    address = f"/v/{carried.name}{LESSON}"
    ticket = carried.ticket(address).get_json()["ticket"]
    clock.move(seconds=60)
    assert carried.client.get(f"{address}?ticket={ticket}").status_code == 401


def test_a_ticket_is_no_secret_to_send_forms_with(carried: Carried) -> None:
    address = f"/v/{carried.name}{LESSON}"
    ticket = carried.ticket(address).get_json()["ticket"]
    assert carried.client.post(f"{address}?ticket={ticket}", headers=OURS).status_code == 401
    form = {"visit_secret": ticket}
    assert carried.client.post(address, data=form, headers=OURS).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_ticket_works_only_where_our_own_page_leads(carried: Carried, site: str) -> None:
    address = f"/v/{carried.name}{LESSON}"
    ticket = carried.ticket(address).get_json()["ticket"]
    strangers = carried.client.get(f"{address}?ticket={ticket}", headers={"Sec-Fetch-Site": site})
    assert strangers.status_code == 401
    ours = carried.client.get(f"{address}?ticket={ticket}", headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 200


@pytest.mark.parametrize("origin", ["https://stranger.example", "null", None])
def test_another_site_cannot_work_in_a_visit_whose_secret_it_has(
    carried: Carried, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    assert carried.send(LESSON, headers=headers).status_code == 401


def test_public_pages_get_no_ticket(carried: Carried) -> None:
    assert carried.ticket("/privacy").get_json() == {"ticket": None}
    assert carried.ticket("/nowhere").get_json() == {"ticket": None}
    assert carried.ticket("https://stranger.example/").get_json() == {"ticket": None}
    assert carried.ticket("/privacy", Authorization="Bearer x").status_code == 401


def test_a_page_whose_ticket_is_spent_says_what_to_do_and_lets_its_script_try(carried: Carried) -> None:
    page = carried.client.get(carried.first)
    told = data_of(page.text)
    assert page.status_code == 401
    assert (told["visit"], told["ticket-address"]) == (carried.name, f"/v/{carried.name}/ticket")
    assert "secret" not in told
    assert "riapri l'attività" in page.text.replace("&#39;", "'")


def test_scripts_read_with_the_secret_in_a_header(carried: Carried) -> None:
    bearer = {"Authorization": f"Bearer {carried.secret}"}
    address = f"/v/{carried.name}/programmes/co-alizione/webinars/w01/state.json"
    assert carried.client.get(address, headers=bearer).status_code == 200
    assert carried.client.get(address, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert carried.client.get(address, headers={"Authorization": "Bearer à"}).status_code == 401


def test_a_carried_visit_ends_like_any_other(carried: Carried, clock: Clock) -> None:
    clock.move(minutes=60)
    assert carried.ticket(f"/v/{carried.name}{LESSON}").status_code == 401


def test_what_is_stored_of_a_ticket_opens_nothing(carried: Carried, database: Session, clock: Clock) -> None:
    ticket = carried.ticket(f"/v/{carried.name}{LESSON}").get_json()["ticket"]
    row = database.scalars(select(VisitTicket)).one()
    assert ticket not in row.ticket_hash
    assert carried.secret.encode() not in row.sealed
    clock.move(minutes=2)
    with writing(database):
        purge_visits(database, clock())
        assert database.scalar(select(func.count()).select_from(VisitTicket)) == 0


def cookie_visit(database: Session, client: FlaskClient, clock: Clock) -> tuple[str, str]:
    """A visit in a cookie: its path and its secret."""
    with writing(database):
        learner = make_learner(database)
        visit, cookie, secret = make_visit(database, Role.LEARNER, learner_id=learner.id, now=clock())
    client.set_cookie(cookie, secret, domain="formazione.example", secure=True)
    return f"/v/{visit.name}", secret


def test_a_visit_in_a_cookie_still_needs_the_token_of_its_form(
    app: Flask, client: FlaskClient, database: Session, clock: Clock
) -> None:
    path, secret = cookie_visit(database, client, clock)
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.get(f"{path}{LESSON}", base_url=TOOL_URL)
    assert "csrf_token" in hidden_fields(page.text)
    assert secret not in page.text
    assert "carry.js" not in page.text
    # Neither another visit's secret nor its own in a form replaces the token.
    for field in ({}, {"visit_secret": secret}, {"visit_secret": "x"}):
        refused = client.post(f"{path}{LESSON}", data=field, headers=OURS, base_url=TOOL_URL)
        assert (refused.status_code, "form_expired" in refused.text) == (400, True)


def test_a_visit_in_a_cookie_is_not_proven_by_anything_else(
    app: Flask, client: FlaskClient, database: Session, clock: Clock
) -> None:
    path, secret = cookie_visit(database, client, clock)
    stranger = app.test_client(use_cookies=False)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert stranger.get(f"{path}{LESSON}", headers=bearer, base_url=TOOL_URL).status_code == 401
    form = {"visit_secret": secret}
    assert stranger.post(f"{path}{LESSON}", data=form, headers=OURS, base_url=TOOL_URL).status_code == 401


def test_the_same_person_keeps_one_visit_carried_and_one_in_a_cookie(
    carried: Carried, browser: Browser, database: Session
) -> None:
    opened = browser.launch()
    name = urlsplit(opened.location).path.split("/")[2]
    assert name == carried.name
    assert database.scalar(select(func.count()).select_from(Visit)) == 2
    # In a window that has the cookie too, what the form sends along counts: it has no token to show.
    assert (
        browser.client.post(
            f"/v/{name}{LESSON}", data={"visit_secret": carried.secret}, headers=OURS
        ).status_code
        == 303
    )


def test_the_picker_works_without_cookies(app: Flask, browser: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    visitor = without_cookies(app, browser)
    form = visitor.log_in(browser.practice.lms.deep_linking_initiation())
    page = visitor.client.get(visitor.confirm(visitor.post(form)).location.removeprefix(TOOL_URL))
    assert page.status_code == 200
    secret = data_of(page.text)["secret"]
    name = data_of(page.text)["visit"]
    cancelled = {"visit_secret": secret, "action": "cancel"}
    answer = visitor.client.post(f"/v/{name}/deep-linking/answer", data=cancelled, headers=OURS)
    assert answer.status_code == 200
    assert list(hidden_fields(answer.text)) == ["JWT"]  # nothing of ours goes to the LMS
