"""Fixtures of the administrators' room: an LMS that registers tools, an invitation, an administrator."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.storage import writing
from tests.factories.people import make_staff, make_visit
from tests.lms_plugin.connecting.registrar import Registrar, invited
from tests.lms_plugin.connecting.small_lms import SmallLms, serving_small_lms
from tests.lms_plugin.lti.fixtures import browser, lms_keys, platform, practice

__all__ = ["browser", "lms_keys", "platform", "practice"]


@pytest.fixture
def small_lms(lms_keys: KeyRing) -> Iterator[SmallLms]:
    with serving_small_lms(lms_keys) as lms:
        yield lms


@pytest.fixture
def registrar(client: FlaskClient, database: Session, now: datetime) -> Registrar:
    return invited(client, database, now)


@pytest.fixture
def administrator(client: FlaskClient, database: Session, now: datetime) -> FlaskClient:
    """A browser of an administrator of this installation."""
    with writing(database):
        staff = make_staff(database, Role.ADMINISTRATOR, "anna@example.it")
        _visit, cookie, secret = make_visit(
            database, Role.ADMINISTRATOR, staff_id=staff.id, reads_records=True, now=now
        )
    client.set_cookie(cookie, secret, domain="formazione.example", secure=True)
    return client
