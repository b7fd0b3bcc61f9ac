"""Fixtures of the administrators' room: an LMS that registers tools, an invitation, an administrator."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment
from lms_plugin.people.role import Role
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_staff, make_visit
from tests.lms_plugin.connecting.registrar import Registrar, invited
from tests.lms_plugin.connecting.small_lms import SmallLms, serving_small_lms
from tests.lms_plugin.lti.fixtures import browser, lms_keys, platform, practice

__all__ = ["browser", "lms_keys", "platform", "practice"]
EMAIL = "anna@example.it"


@pytest.fixture
def small_lms(lms_keys: KeyRing) -> Iterator[SmallLms]:
    with serving_small_lms(lms_keys) as lms:
        yield lms


@pytest.fixture
def registrar(client: FlaskClient, database: Session, now: datetime) -> Registrar:
    return invited(client, database, now)


@pytest.fixture
def sign_in(client: FlaskClient, database: Session, now: datetime) -> Callable[[Role], None]:
    """Signs the browser in with a role of staff."""

    def enter(role: Role) -> None:
        with writing(database):
            staff = make_staff(database, role, EMAIL if role is Role.ADMINISTRATOR else "")
            _visit, cookie, secret = make_visit(
                database, role, staff_id=staff.id, reads_records=True, now=now
            )
        # Requests of these tests name the host in the environment, or in their base address.
        for domain in ("localhost", "formazione.example"):
            client.set_cookie(cookie, secret, domain=domain, secure=True)

    return enter


@pytest.fixture
def administrator(client: FlaskClient, sign_in: Callable[[Role], None]) -> FlaskClient:
    """A browser of an administrator of this installation."""
    sign_in(Role.ADMINISTRATOR)
    return client


@pytest.fixture
def deployment(database: Session) -> Deployment:
    """An active deployment of an active platform."""
    with writing(database):
        return make_deployment(database, "Moodle del Comune", "Corso sindaci")
