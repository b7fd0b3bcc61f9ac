"""A browser in which somebody of the secretariat is signed in."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.factories.people import make_staff, make_visit

SignIn = Callable[..., UUID | None]


@pytest.fixture
def sign_in(client: FlaskClient, database: Session) -> SignIn:
    """Signs the browser in with a role of staff, or as LMS administrator of a deployment."""

    def enter(role: Role = Role.SECRETARY, deployment_id: UUID | None = None) -> UUID | None:
        with writing(database):
            staff = None if deployment_id else make_staff(database, role)
            _visit, cookie, secret = make_visit(
                database,
                role,
                staff_id=staff.id if staff else None,
                deployment_id=deployment_id,
                reads_records=True,
            )
        client.set_cookie(cookie, secret)
        return staff.id if staff else None

    return enter
