"""Statements reach every target in order, once as the receiver sees it, and each answer is understood."""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.forwarder import Forwarder
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.delivery.outcome import Verdict
from lms_plugin.records.attachment import store_attachments
from lms_plugin.records.late_statement import LateStatement
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.delivery.forwarding.conftest import (
    letters,
    make_forwarder,
    read_target,
    statement,
    store,
)
from tests.services.learning import add_learner, lesson_read, make_recorder
from tests.services.receivers import LrsReceiver


def test_all_statements_arrive_in_order_and_as_they_were_stored(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    sent = [statement(str(number)) for number in range(230)]
    ids = store(database, *sent, at=now)
    assert forwarder.run_once() == {Verdict.DELIVERED: 230}
    assert lrs.batches == [100, 100, 30]
    assert list(lrs.accepted) == ids
    assert lrs.accepted[ids[0]] == {**sent[0], "version": "1.0.0"}
    assert forwarder.run_once() == {}
    row = read_target(database, target)
    assert (row.delivered, row.lease, row.last_status) == (230, None, 200)


def test_target_gets_version_and_credentials(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    store(database, statement(), at=now)
    forwarder.run_once()
    (headers,) = lrs.headers
    assert headers["X-Experience-API-Version"] == "1.0.3"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "chiave:perché"


def test_statement_that_is_refused_is_found_and_kept_and_the_others_go_on(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    ids = store(database, *(statement(str(number)) for number in range(120)), at=now)
    lrs.rejects = {ids[37], ids[38], ids[110]}
    assert forwarder.run_once() == {Verdict.DELIVERED: 117, Verdict.DEAD: 3}
    assert list(lrs.accepted) == [one for one in ids if one not in lrs.rejects]
    dead = letters(database, "dead")
    assert [str(one.statement_id) for one in dead] == [ids[37], ids[38], ids[110]]
    assert (dead[0].http_status, dead[0].answer) == (400, f"the statement {ids[37]} is wrong")
    assert len(lrs.batches) < 40
    assert not lrs.contradictions


def test_conflict_means_stored_and_the_others_go_one_by_one(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    ids = store(database, *(statement(str(number)) for number in range(4)), at=now)
    lrs.misbehave = iter(["error after", None, None, None, None, None, None, None]).__next__
    forwarder.run_once()
    forwarder.clock = lambda: now + timedelta(minutes=10)
    assert forwarder.run_once() == {Verdict.DELIVERED: 4}
    assert lrs.batches == [4, 4, 1, 1, 1, 1]
    assert list(lrs.accepted) == ids
    assert not letters(database, "dead")


def test_request_that_is_too_large_is_halved(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    ids = store(database, *(statement(str(number)) for number in range(30)), at=now)
    lrs.largest = 12
    assert forwarder.run_once() == {Verdict.DELIVERED: 30}
    assert lrs.batches[:3] == [30, 15, 7]
    assert list(lrs.accepted) == ids


def test_statement_that_is_too_large_by_itself_is_kept(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    store(database, statement(), at=now)
    lrs.largest = 0
    assert forwarder.run_once() == {Verdict.DEAD: 1}
    assert [one.http_status for one in letters(database, "dead")] == [413]


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_pause_the_target_until_it_is_resumed(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime, status: int
) -> None:
    store(database, statement(), statement(), at=now)
    lrs.answers = [(status, {}, "who are you?")]
    assert forwarder.run_once() == {}
    row = read_target(database, target)
    assert (row.status, row.paused_by, row.last_status, row.last_answer) == (
        "paused",
        "refused",
        status,
        "who are you?",
    )
    forwarder.clock = lambda: now + timedelta(days=1)
    assert forwarder.run_once() == {}
    assert len(lrs.headers) == 1


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "30"}, 30),
        (503, {"Retry-After": "Mon, 23 Nov 2026 10:00:00 GMT"}, 3600),
        (500, {}, 1),
        (302, {"Location": "http://127.0.0.1:1/"}, 900),
        (404, {}, 900),
        (200, {}, 900),
    ],
)
def test_other_answers_leave_the_target_alone_for_a_while(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime,
    status: int, headers: dict[str, str], wait: int,
) -> None:  # fmt: skip
    store(database, statement(), at=now)
    lrs.answers = [(status, headers, "<html>because</html>")]
    assert forwarder.run_once() == {}
    row = read_target(database, target)
    assert (row.status, row.due_at, row.failing_since) == ("active", now + timedelta(seconds=wait), now)
    assert headers.get("Location", "because") in row.last_answer
    forwarder.clock = lambda: now + timedelta(seconds=wait)
    assert forwarder.run_once() == {Verdict.DELIVERED: 1}
    assert read_target(database, target).failing_since is None


def test_target_at_a_private_address_is_not_called(
    database: Session, engine: Engine, clock: Clock, add_target: Callable[..., UUID], now: datetime
) -> None:
    one = add_target("https://10.1.2.3")
    store(database, statement(), at=now)
    assert make_forwarder(engine, clock).run_once() == {}
    assert "not a public address" in read_target(database, one).last_answer


def test_target_that_refuses_everything_is_paused_and_not_everything_is_dead(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    lrs.rejects = set(store(database, *(statement(str(number)) for number in range(60)), at=now))
    forwarder.run_once()
    row = read_target(database, target)
    assert (row.status, row.paused_by) == ("paused", "rejecting")
    assert len(letters(database, "dead")) == 20


def test_filter_selects_by_verb_activity_origin_and_date_and_voiding_follows_what_it_voids(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, add_target: Callable[..., UUID], now: datetime
) -> None:
    course = {"contextActivities": {"parent": [{"id": "https://formazione.example/xapi/activities/course"}]}}
    wanted, other = statement(context=course), statement(verb="answered", context=course)
    outside = statement()
    voids = [
        statement(verb="voided", object={"objectType": "StatementRef", "id": one["id"]})
        for one in (wanted, other)
    ]
    early = statement(context=course)
    store(database, early, at=now - timedelta(days=2))
    store(database, statement(context=course), at=now, origin="own")
    store(database, wanted, other, outside, *voids, at=now)
    add_target(
        lrs.url,
        verbs=["http://adlnet.gov/expapi/verbs/completed"],
        activities=["https://formazione.example/xapi/activities/course"],
        origin="client",
        since=now - timedelta(days=1),
    )
    forwarder.run_once()
    assert list(lrs.accepted) == [wanted["id"], voids[0]["id"]]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_statement_that_only_2_0_knows_stays_here_for_a_1_0_target(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, add_target: Callable[..., UUID],
    now: datetime, version: str,
) -> None:  # fmt: skip
    agents = [{"objectType": "contextAgent", "agent": {"mbox": "mailto:anna@example.it"}}]
    new = statement(context={"contextAgents": agents}, version="2.0.0")
    plain = statement(version="2.0.0")
    store(database, statement(), new, plain, at=now)
    add_target(lrs.url, version=version)
    forwarder.run_once()
    dead = letters(database, "dead")
    assert [one.statement_id for one in dead] == ([UUID(new["id"])] if version == "1.0.3" else [])
    assert ("contextAgents" in dead[0].answer) if dead else new["id"] in lrs.accepted
    assert lrs.accepted[plain["id"]].get("version") == (None if version == "1.0.3" else "2.0.0")


def test_one_target_that_is_down_keeps_nothing_from_the_other(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID,
    add_target: Callable[..., UUID], now: datetime,
) -> None:  # fmt: skip
    add_target("http://127.0.0.1:9", name="Spento")
    ids = store(database, statement(), statement(), at=now)
    assert forwarder.run_once() == {Verdict.DELIVERED: 2}
    assert list(lrs.accepted) == ids


def test_two_workers_do_not_send_to_one_target_at_once(
    database: Session, engine: Engine, clock: Clock, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    store(database, statement(), at=now)
    with writing(database):
        row = database.get_one(ForwardingTarget, target)
        row.lease, row.leased_until = UUID(int=1), now + timedelta(seconds=60)
    assert make_forwarder(engine, clock).run_once() == {}
    clock.move(seconds=61)  # its worker was killed: the lease has run out
    assert make_forwarder(engine, clock).run_once() == {Verdict.DELIVERED: 1}


def test_statement_of_ours_that_comes_late_still_goes(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    """Its evidence was recorded before the newest statement was stored, and its transaction ended after."""
    learner = add_learner(database, now)
    store(database, statement(), at=now)
    forwarder.run_once()
    early = now - timedelta(seconds=3)
    with writing(database):
        make_recorder().record(database, [lesson_read(learner, "m1-l1", early)], early)
    assert forwarder.run_once() == {Verdict.DELIVERED: 1}
    assert len(lrs.accepted) == 2
    assert database.query(LateStatement).count() == database.query(ForwardingLetter).count() == 0


def test_data_of_attachments_goes_along_once_and_without_it_the_statement_stays(
    database: Session, forwarder: Forwarder, lrs: LrsReceiver, target: UUID, now: datetime
) -> None:
    data = b"\r\n--not a boundary\x00\xff"
    sha2 = hashlib.sha256(data).hexdigest()
    attachment = {
        "usageType": "http://id.tincanapi.com/attachment/certificate-of-completion",
        "display": {"it": "Attestato"}, "contentType": "application/pdf", "length": len(data), "sha2": sha2,
    }  # fmt: skip
    ids = store(database, *(statement(attachments=[attachment]) for _ in range(3)), at=now)
    with writing(database):
        held = {UUID(one): [sha2] for one in ids[:2]}
        store_attachments(database, {sha2: memoryview(data)}, held)
    assert forwarder.run_once() == {Verdict.DELIVERED: 2, Verdict.DEAD: 1}
    (body,) = lrs.multiparts
    assert body.count(data) == 1
    assert f"X-Experience-API-Hash: {sha2}".encode() in body
    assert lrs.headers[0]["Content-Type"].startswith("multipart/mixed; boundary=")
    assert [str(one.statement_id) for one in letters(database, "dead")] == [ids[2]]
