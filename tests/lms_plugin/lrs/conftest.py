"""An LRS with one credential, and statements to send to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.lrs.credential import add_credential
from lms_plugin.storage import writing

STATEMENTS = "/xapi/statements"


def made(**members: Any) -> dict[str, Any]:
    """A small valid statement, changed by the members given."""
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "42"}},
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"en": "completed", "it": "finito"},
        },
        "object": {"objectType": "Activity", "id": "https://formazione.example/xapi/activities/p/m1"},
        "timestamp": "2026-11-23T08:00:00.000Z",
    } | members


def voiding(target: str) -> dict[str, Any]:
    """A statement that voids another."""
    verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    return made(verb=verb, object={"objectType": "StatementRef", "id": target})


class Lrs:
    """A client of the LRS with one credential and one version."""

    def __init__(self, client: FlaskClient, key: str, secret: str, version: str = "1.0.3") -> None:
        self.client, self.key, self.secret, self.version = client, key, secret, version

    def call(self, method: str, path: str = STATEMENTS, **options: Any) -> Any:
        """Any request, with credential and version unless `headers` say otherwise (None leaves one out)."""
        headers = {"X-Experience-API-Version": self.version} | options.pop("headers", {})
        options.setdefault("auth", (self.key, self.secret))
        kept = {name: value for name, value in headers.items() if value is not None}
        return self.client.open(path, method=method, headers=kept, **options)

    def post(self, statements: Any, **options: Any) -> Any:
        """POST of a statement or a list of them."""
        return self.call("POST", json=statements, **options)

    def put(self, statement: dict[str, Any], statement_id: str | None = None) -> Any:
        """PUT of a statement under its own id or another."""
        one = statement_id or statement["id"]
        return self.call("PUT", json=statement, query_string={"statementId": one})

    def get(self, **query: Any) -> Any:
        """GET with these query parameters."""
        return self.call("GET", query_string=query)

    def store(self, *statements: dict[str, Any]) -> None:
        """POST that must work."""
        answer = self.post(list(statements))
        assert answer.status_code == 200, answer.text

    def ids(self, **query: Any) -> list[str]:
        """Ids of the statements that a GET finds, on its first page."""
        answer = self.get(**query)
        assert answer.status_code == 200, answer.text
        return [statement["id"] for statement in answer.json["statements"]]


class LrsMaker:
    """Makes clients whose credentials have other scopes."""

    def __init__(self, client: FlaskClient, database: Session, now: datetime) -> None:
        self.client, self.database, self.now = client, database, now

    def __call__(self, *scopes: str, version: str = "1.0.3") -> Lrs:
        with writing(self.database):
            credential, secret = add_credential(self.database, uuid4().hex, scopes, self.now)
        return Lrs(self.client, credential.key, secret, version)


@pytest.fixture
def lrs_with(client: FlaskClient, database: Session, now: datetime) -> LrsMaker:
    return LrsMaker(client, database, now)


@pytest.fixture
def lrs(lrs_with: LrsMaker) -> Lrs:
    return lrs_with()


def ids_of(statements: Sequence[dict[str, Any]]) -> list[str]:
    """Their ids, in order."""
    return [statement["id"] for statement in statements]
