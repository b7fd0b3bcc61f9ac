"""Statements reach a second LRS; each of its answers is understood."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import sessionmaker

from lms_plugin.delivery.lrs import MISCONFIGURED_WAIT, LrsSender, retry_after
from lms_plugin.delivery.outcome import Outcome, Verdict
from tests.services.receivers import LrsReceiver, Receiver, receiving

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def lrs() -> Iterator[Receiver]:
    with receiving(LrsReceiver()) as receiver:
        yield receiver


def send(lrs: Receiver, statement: dict[str, object] | None = None) -> Outcome:
    sender = LrsSender(f"{lrs.url}/xapi/", "chiave", "perché")
    try:
        return sender(statement or {"id": str(uuid4()), "verb": "è"}, sessionmaker(), NOW)
    finally:
        sender.session.close()


def test_statement_arrives_with_version_and_credentials(lrs: Receiver) -> None:
    statement: dict[str, object] = {"id": str(uuid4()), "verb": "è"}
    assert send(lrs, statement).verdict is Verdict.DELIVERED
    assert lrs.accepted == {statement["id"]: statement}
    (headers,) = lrs.headers
    assert headers["X-Experience-API-Version"] == "1.0.3"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "chiave:perché"


def test_statement_that_is_there_already_is_delivered(lrs: Receiver) -> None:
    statement: dict[str, object] = {"id": str(uuid4())}
    assert [send(lrs, statement).http_status, send(lrs, statement).http_status] == [204, 409]
    assert send(lrs, statement).verdict is Verdict.DELIVERED


@pytest.mark.parametrize(
    ("status", "verdict", "after"),
    [
        (200, Verdict.DELIVERED, None),
        (409, Verdict.DELIVERED, None),
        (400, Verdict.DEAD, None),
        (413, Verdict.DEAD, None),
        (401, Verdict.RETRY, MISCONFIGURED_WAIT),
        (403, Verdict.RETRY, MISCONFIGURED_WAIT),
        (404, Verdict.RETRY, MISCONFIGURED_WAIT),
        (302, Verdict.RETRY, MISCONFIGURED_WAIT),
        (429, Verdict.RETRY, timedelta(seconds=30)),
        (503, Verdict.RETRY, timedelta(seconds=30)),
    ],
)
def test_every_answer_has_its_verdict(
    lrs: Receiver, status: int, verdict: Verdict, after: timedelta | None
) -> None:
    asked = {"Retry-After": "30"} if status in {429, 503} else {}
    lrs.answers = [(status, {**asked, "Location": "http://127.0.0.1:1/"}, "because")]
    outcome = send(lrs)
    assert (outcome.verdict, outcome.http_status, outcome.after) == (verdict, status, after)
    assert outcome.answer == "because"


@pytest.mark.parametrize("fault", ["drop before", "drop after"])
def test_connection_that_breaks_is_a_retry(lrs: Receiver, fault: str) -> None:
    lrs.misbehave = lambda: fault
    assert send(lrs).verdict is Verdict.RETRY


def test_lrs_that_is_not_there_is_a_retry() -> None:
    with receiving(LrsReceiver()) as gone:
        pass
    assert send(gone).verdict is Verdict.RETRY


def test_endless_answer_is_cut(lrs: Receiver) -> None:
    lrs.answers = [(400, {}, "x" * 1_000_000)]
    assert len(send(lrs).answer) == 2000


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 09:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta()),
        ("9" * 5000, timedelta(seconds=10**6)),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(text: str, wait: timedelta | None) -> None:
    assert retry_after({"Retry-After": text}, NOW) == wait
