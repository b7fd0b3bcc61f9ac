"""Statements to forward, a target, and a forwarder with a clock of ours."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.forwarding.sealed_secret import seal_secret
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.outbound import Outbound
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import session_factory, writing
from tests.conftest import SECRET, Clock
from tests.services.receivers import LrsReceiver, receiving

AUTHORITY = {"account": {"homePage": "https://formazione.example", "name": "client"}}
AddStatements = Callable[..., list[str]]


def statement(person: str = "42", verb: str = "completed", **more: Any) -> dict[str, Any]:
    """A valid statement about one person."""
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://moodle.example", "name": person}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": "https://formazione.example/xapi/activities/m1"},
        "timestamp": "2026-11-23T09:00:00Z",
        **more,
    }


def store(database: Session, *statements: dict[str, Any], at: datetime, origin: str = "client") -> list[str]:
    """Stores them as one batch; their ids in the order of our statements."""
    with writing(database):
        store_statements(database, statements, authority=AUTHORITY, origin=origin, now=at)
    return [one["id"] for one in statements]


@pytest.fixture
def lrs() -> Iterator[LrsReceiver]:
    receiver = LrsReceiver()
    with receiving(receiver):
        yield receiver


@pytest.fixture
def add_target(database: Session, now: datetime) -> Callable[..., UUID]:
    """Makes a target and returns its id."""

    def add(url: str, **values: Any) -> UUID:
        target = ForwardingTarget(
            **{
                "id": uuid4(), "name": "Regione", "url": f"{url}/xapi", "key": "chiave", "version": "1.0.3",
                "sealed_secret": seal_secret(SECRET, "perché"), "created_at": now, "status_at": now,
                "canary": False,
            }
            | values
        )  # fmt: skip
        with writing(database):
            database.add(target)
        return target.id

    return add


@pytest.fixture
def target(lrs: LrsReceiver, add_target: Callable[..., UUID]) -> UUID:
    return add_target(lrs.url)


@pytest.fixture
def forwarder(engine: Engine, clock: Clock) -> Forwarder:
    return make_forwarder(engine, clock)


def make_forwarder(engine: Engine, clock: Clock) -> Forwarder:
    """One that trusts this machine."""
    outbound = Outbound(frozenset({"127.0.0.1"}))
    lease = timedelta(seconds=120)
    return Forwarder(session_factory(engine), outbound, SECRET, clock=clock, draw=lambda: 0.5, lease=lease)


def read_target(database: Session, one: UUID) -> ForwardingTarget:
    """The row as it is now."""
    database.rollback()
    return database.get_one(ForwardingTarget, one, populate_existing=True)


def letters(database: Session, status: str) -> list[ForwardingLetter]:
    """The letters in this state, in order."""
    database.rollback()
    found = select(ForwardingLetter).where(ForwardingLetter.status == status)
    return list(database.scalars(found.order_by(ForwardingLetter.stored, ForwardingLetter.statement_id)))
