"""Somebody on a visit, in a browser of the Flask test client."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.factories.people import make_learner, make_visit
from tests.lms_plugin.modules.visitor import Visitor

Enter = Callable[..., Visitor]


@pytest.fixture
def enter(app: Flask, client: FlaskClient, database: Session, now: datetime) -> Enter:
    """Brings a person to the player: `enter(Role.LEARNER, name="Maria Rossi")`."""

    def bring(role: Role = Role.LEARNER, name: str = "Maria Rossi", *, known: bool = True) -> Visitor:
        with writing(database):
            learner = make_learner(database, name) if known else None
            visit, cookie, secret = make_visit(
                database, role, learner_id=learner.id if learner else None, now=now
            )
        client.set_cookie(cookie, secret, domain="formazione.example", secure=True)
        return Visitor(client, database, visit.name, learner.id if learner else None)

    return bring


@pytest.fixture
def learner(enter: Enter) -> Visitor:
    """Maria, who learns."""
    return enter()
