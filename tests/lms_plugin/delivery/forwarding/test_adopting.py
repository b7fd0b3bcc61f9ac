"""The LRS that the settings name is a target; what waited for it before is neither lost nor repeated."""

import importlib.util
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from lms_plugin import migration
from lms_plugin.delivery.forwarding.adopting import FROM_SETTINGS, adopt_settings
from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.delivery.outcome import Verdict
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.settings import Settings
from lms_plugin.storage import writing
from tests.lms_plugin.delivery.forwarding.conftest import letters, read_target, statement, store
from tests.services.receivers import LrsReceiver

VERSIONS = Path(migration.__file__).parent.parent / "migrations" / "versions"
STATES = ("delivered", "waiting", "dead", "delivered", "waiting")


@pytest.fixture
def settings(settings: Settings, lrs: LrsReceiver) -> Settings:
    return replace(settings, lrs_endpoint=f"{lrs.url}/xapi", lrs_key="k", lrs_secret="s")


@pytest.fixture
def queued(database: Session, now: datetime) -> list[str]:
    """Statements in the outbox, as the version before left them; their ids."""
    ids = store(database, *(statement(str(number)) for number in STATES), at=now, origin="own")
    with writing(database):
        for one, state in zip(ids, STATES, strict=True):
            item = OutboxItem(
                id=uuid4(), target="lrs", lane=uuid4(), completion_id=uuid4(), status=state,
                payload=json.dumps({"id": one}), created_at=now, due_at=now,
            )  # fmt: skip
            words = {"http_status": 400, "answer": "it is wrong"}
            database.add_all([item, DeliveryAttempt(outbox_id=item.id, at=now, outcome=state, **words)])
    return ids


def carry_over(engine: Engine) -> None:
    """The part of the revision that moves rows."""
    (path,) = VERSIONS.glob("*_forwarding.py")
    specification = importlib.util.spec_from_file_location("forwarding_revision", path)
    assert specification is not None
    assert specification.loader is not None
    revision = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(revision)
    with engine.begin() as connection:
        revision.carry_over(connection, ForwardingTarget.__table__, ForwardingLetter.__table__)


def test_what_was_queued_goes_on_and_what_was_delivered_is_not_repeated(
    database: Session, engine: Engine, forwarder: Forwarder, lrs: LrsReceiver, settings: Settings,
    queued: list[str], now: datetime,
) -> None:  # fmt: skip
    database.rollback()
    carry_over(engine)
    assert forwarder.run_once() == {}  # nobody has said yet where it is
    with writing(database):
        adopt_settings(database, settings, now)
    (later,) = store(database, statement(), at=now + timedelta(hours=1), origin="own")
    assert forwarder.run_once() == {Verdict.DELIVERED: 3}
    assert sorted(lrs.accepted) == sorted([queued[1], queued[4], later])
    (dead,) = letters(database, "dead")
    assert (str(dead.statement_id), dead.http_status, dead.answer) == (queued[2], 400, "it is wrong")
    assert database.scalar(text("SELECT count(*) FROM outbox")) == 0


def test_settings_make_a_target_of_our_own_statements_and_change_it(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, settings: Settings, now: datetime
) -> None:
    (own,) = store(database, statement(), at=now, origin="own")
    store(database, statement(), at=now)
    for chosen in (settings, replace(settings, lrs_secret="another")):
        with writing(database):
            adopt_settings(database, chosen, now)
    assert forwarder.run_once() == {Verdict.DELIVERED: 1}
    assert list(lrs.accepted) == [own]
    assert lrs.headers[0]["Authorization"] == "Basic azphbm90aGVy"  # k:another


def test_settings_without_an_lrs_pause_it_and_naming_one_again_goes_on(
    database: Session, settings: Settings, now: datetime
) -> None:
    for chosen, status in ((settings, "active"), (replace(settings, lrs_endpoint=""), "paused")):
        with writing(database):
            adopt_settings(database, chosen, now)
        assert read_target(database, FROM_SETTINGS).status == status
    with writing(database):
        adopt_settings(database, settings, now)
    assert read_target(database, FROM_SETTINGS).status == "active"
    assert database.query(ForwardingTarget).count() == 1
