"""Once an hour each target is written to and read back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.canary import Canary, Song, canary_statement
from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.storage import writing
from tests.conftest import SECRET
from tests.lms_plugin.delivery.forwarding.conftest import read_target
from tests.services.receivers import LrsReceiver

PUBLIC_URL = "https://formazione.example"


@pytest.fixture
def canary(forwarder: Forwarder) -> Canary:
    return Canary(forwarder.outbound, SECRET, PUBLIC_URL)


def test_canary_is_the_same_for_an_hour_and_another_for_each_target(now: datetime, target: UUID) -> None:
    first = canary_statement(target, PUBLIC_URL, now)
    assert canary_statement(target, PUBLIC_URL, now + timedelta(minutes=59)) == first
    assert canary_statement(target, PUBLIC_URL, now + timedelta(hours=1))["id"] != first["id"]
    assert canary_statement(UUID(int=1), PUBLIC_URL, now)["id"] != first["id"]


def test_canary_goes_once_an_hour_and_is_read_back(
    database: Session, canary: Canary, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    with writing(database):
        database.get_one(ForwardingTarget, target).canary = True
    for minutes in (0, 30, 60):
        canary.run(forwarder.sessions, now + timedelta(minutes=minutes))
    assert len(lrs.accepted) == 2
    row = read_target(database, target)
    assert (row.canary_result, row.canary_answer, row.canary_at) == ("well", "", now + timedelta(hours=1))


@pytest.mark.parametrize(
    ("answers", "song", "words"),
    [
        ([(400, {}, "not now")], Song.NOT_WRITTEN, "400 not now"),
        ([(204, {}, ""), (401, {}, "write only")], Song.NOT_READ, "401 write only"),
        ([(204, {}, ""), (200, {}, "<html>")], Song.CHANGED, "<html>"),
        ([(409, {}, ""), (200, {}, '{"id": "another"}')], Song.CHANGED, '{"id": "another"}'),
    ],
)
def test_what_went_wrong_is_kept(
    database: Session, canary: Canary, forwarder: Forwarder, lrs: LrsReceiver, target: UUID,
    answers: list[tuple[int, dict[str, str], str]], song: Song, words: str,
) -> None:  # fmt: skip
    lrs.answers = list(answers)
    assert canary.sing(forwarder.sessions, target, forwarder.clock()) == (song, words)
    assert read_target(database, target).canary_result == song


def test_paused_target_hears_no_canary(
    database: Session, canary: Canary, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    with writing(database):
        row = database.get_one(ForwardingTarget, target)
        row.canary, row.status = True, "paused"
    canary.run(forwarder.sessions, now)
    assert not lrs.headers
