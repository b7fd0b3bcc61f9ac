"""Administrators make, see once, list and revoke invitations."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lti.invitations import RegistrationInvitation
from tests.lms_plugin.lti.fixtures import on_sqlite

LINK = re.compile(r'value="(https://formazione\.example/lti/register/[\w-]+)"')
PATH = "/administration/invitations"


def only_one(database: Session) -> RegistrationInvitation:
    database.rollback()
    database.expire_all()
    return database.scalars(select(RegistrationInvitation)).one()


def test_an_invitation_is_made_seen_once_and_revoked(
    administrator: FlaskClient, database: Session, now: datetime
) -> None:
    form = {"name": "Moodle di Siracusa", "days": "30", "approves": "yes"}
    made = administrator.post(PATH, data=form)
    assert made.status_code == 201
    found = LINK.search(made.text)
    assert found is not None
    path = found[1].removeprefix("https://formazione.example")
    row = only_one(database)
    assert (row.name, row.approves, row.created_by) == ("Moodle di Siracusa", True, "anna@example.it")
    assert row.expires_at == now + timedelta(days=30)
    listed = administrator.get(PATH).text
    assert "Moodle di Siracusa" in listed
    assert path not in listed
    assert administrator.get(path).status_code == 200
    for _ in range(2):
        assert administrator.post(f"{PATH}/{row.id}/revoke").status_code == 303
    assert "Revocato" in administrator.get(PATH).text
    assert administrator.get(path).status_code == 410


@on_sqlite
@pytest.mark.parametrize("form", [{"name": "x" * 256}, {"days": "0"}, {"days": "365"}, {"name": "a\x00b"}])
def test_a_wrong_wish_is_said(administrator: FlaskClient, database: Session, form: dict[str, str]) -> None:
    answer = administrator.post(PATH, data=form)
    assert (answer.status_code, 'href="#campo-name"' in answer.text) == (422, True)
    assert database.scalars(select(RegistrationInvitation)).all() == []


@on_sqlite
def test_an_invitation_that_is_not_there_cannot_be_revoked(administrator: FlaskClient) -> None:
    nobody = f"{PATH}/00000000-0000-4000-8000-000000000000/revoke"
    assert administrator.post(nobody).status_code == 404


@on_sqlite
def test_the_list_of_platforms_leads_to_the_invitations(administrator: FlaskClient) -> None:
    page = administrator.get("/administration/platforms").text
    assert 'href="/administration/connect"' in page
    assert 'href="/administration/invitations"' in page
