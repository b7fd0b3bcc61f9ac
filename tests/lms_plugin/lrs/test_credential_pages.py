"""The page of credentials answers administrators only, and refuses what its form does not offer."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.factories.people import make_staff, make_visit
from tests.lms_plugin.lrs.conftest import Lrs, made
from tests.lms_plugin.lti.fixtures import on_sqlite

PAGE = "/administration/credentials"


def enter(client: FlaskClient, database: Session, now: datetime, role: Role) -> None:
    with writing(database):
        staff = make_staff(database, role)
        _visit, cookie, secret = make_visit(database, role, staff_id=staff.id, reads_records=True, now=now)
    client.set_cookie(cookie, secret, domain="localhost", secure=True)


def test_page_makes_a_limited_credential_and_shows_its_secret_once(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    enter(client, database, now, Role.ADMINISTRATOR)
    form = {"name": "Registro", "scopes": ["all"], "programme": "co-alizione", "per_minute": "600"}
    page = client.post(PAGE, data=form)
    assert (page.status_code, page.headers["Cache-Control"]) == (201, "no-store")
    key, secret = (re.findall(rf'name="{name}" value="([^"]+)"', page.text)[0] for name in ("key", "secret"))
    lrs = Lrs(client, key, secret)
    assert lrs.get().status_code == 200
    assert lrs.post(made(object={"id": "https://elsewhere.example/a"})).status_code == 403
    shown = client.get(PAGE).text
    assert key in shown
    assert secret not in shown


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": ""}, "Scrivi un nome"),
        ({"scopes": []}, "Scegli almeno una cosa"),
        ({"scopes": ["everything"]}, "Scrivi un nome"),
        ({"programme": "nessuno"}, "Scrivi un nome"),
        ({"platform": "https://nowhere.example"}, "Scrivi un nome"),
        ({"days": "36500"}, "Scrivi un nome"),
    ],
)
def test_what_the_form_does_not_offer_is_refused(
    client: FlaskClient, database: Session, now: datetime, changes: dict[str, object], rule: str
) -> None:
    enter(client, database, now, Role.ADMINISTRATOR)
    answer = client.post(PAGE, data={"name": "Registro", "scopes": ["all"]} | changes)
    assert (answer.status_code, rule in answer.text) == (422, True)
    assert client.post(f"{PAGE}/{uuid4()}/revoke").status_code == 404


@on_sqlite
def test_others_are_told_who_may(client: FlaskClient, database: Session, now: datetime) -> None:
    assert client.get(PAGE).status_code == 401
    enter(client, database, now, Role.SECRETARY)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"name": "x", "scopes": ["all"]}).status_code == 403
