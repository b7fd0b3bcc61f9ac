"""Outbox rows, and a worker with a clock of ours."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.destinations import AGS
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.sender import Sender
from lms_plugin.delivery.worker import Worker
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.storage import session_factory, writing
from tests.conftest import Clock

AddItem = Callable[..., UUID]


@pytest.fixture
def add_item(database: Session, now: datetime) -> AddItem:
    """Puts a row into the outbox and returns its id."""

    def add(lane: UUID | None = None, position: int = 0, due_at: datetime = now) -> UUID:
        item = OutboxItem(
            id=uuid4(),
            target=AGS,
            lane=lane or uuid4(),
            position=position,
            completion_id=uuid4(),
            payload=json.dumps({"n": position}),
            created_at=now,
            status="waiting",
            attempts=0,
            due_at=due_at,
        )
        with writing(database):
            database.add(item)
        return item.id

    return add


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return session_factory(engine)


class ScriptedSender:
    """Answers with the outcomes it was given, then with delivered; keeps what it was asked to send."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[int] = []

    def __call__(
        self, payload: dict[str, Any], database_factory: sessionmaker[Session], now: datetime
    ) -> Outcome:
        self.sent.append(payload["n"])
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome(Verdict.DELIVERED, 204)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def make_worker(sessions: sessionmaker[Session], clock: Clock) -> Callable[[Sender], Worker]:
    return lambda sender: Worker(sessions, {AGS: sender}, clock=clock, draw=lambda: 0.5)
