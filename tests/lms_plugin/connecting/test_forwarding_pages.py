"""Administrators see how each target stands in one sentence, and act on it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.sealed_secret import open_secret
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.conftest import SECRET
from tests.lms_plugin.delivery.forwarding.conftest import read_target, statement, store

PAGES = "/administration/forwarding"
FORM = {
    "name": "Ministero", "url": "https://lrs.example/xapi", "key": "k", "secret": "s", "version": "1.0.3",
    "origin": "own", "since": "2026-11-01", "canary": "yes", "programmes": "co-alizione", "verbs": "",
}  # fmt: skip


@pytest.fixture
def target(database: Session, now: datetime) -> UUID:
    one = ForwardingTarget(
        id=uuid4(), name="Regione", url="https://lrs.example/xapi", key="k", sealed_secret=b"",
        version="1.0.3", created_at=now - timedelta(days=2), status_at=now - timedelta(days=2),
    )  # fmt: skip
    with writing(database):
        database.add(one)
    return one.id


def change(database: Session, one: UUID, **values: Any) -> None:
    with writing(database):
        for name, value in values.items():
            setattr(database.get_one(ForwardingTarget, one), name, value)


def test_target_is_made_with_its_secret_sealed(administrator: FlaskClient, database: Session) -> None:
    made = administrator.post(f"{PAGES}/new", data=FORM)
    assert made.status_code == 303
    row = database.query(ForwardingTarget).one()
    assert open_secret(SECRET, row.sealed_secret) == "s"
    assert (row.origin, row.canary, row.since.isoformat()) == ("own", True, "2026-10-31T23:00:00+00:00")
    assert row.activities == ["https://formazione.example/xapi/activities/co-alizione"]
    page = administrator.get(made.location).text
    assert "ha ricevuto tutto" in page
    assert 'value="s"' not in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "http://lrs.example/xapi", "deve iniziare con https://"),
        ("secret", "", "Scrivi la password"),
        ("since", "ieri", "Scegli un giorno"),
        ("verbs", "completed", "Scrivi indirizzi completi"),
        ("version", "3", "Scegli una delle voci"),
    ],
)
def test_bad_values_come_back_with_what_to_write(
    administrator: FlaskClient, database: Session, field: str, value: str, words: str
) -> None:
    refused = administrator.post(f"{PAGES}/new", data={**FORM, field: value})
    assert refused.status_code == 400
    assert words in refused.text
    assert not database.query(ForwardingTarget).count()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "riceve: 1 dichiarazione aspetta."),
        ({"failing_since": -9}, "non risponde come dovrebbe: 1 dichiarazione aspetta; niente è perduto"),
        ({"status": "paused", "paused_by": "refused"}, "rifiuta le nostre credenziali"),
        ({"status": "paused", "paused_by": "rejecting"}, "rifiuta una dichiarazione dopo l"),
        ({"status": "paused", "paused_by": "hand"}, "è in pausa perché qualcuno"),
    ],
)
def test_sentence_says_what_is_wrong_and_that_nothing_is_lost(
    administrator: FlaskClient, database: Session, target: UUID, now: datetime,
    values: dict[str, Any], words: str,
) -> None:  # fmt: skip
    store(database, statement(), at=now)
    if "failing_since" in values:
        values = {"failing_since": now + timedelta(minutes=values["failing_since"])}
    change(database, target, **values)
    assert words in administrator.get(f"{PAGES}/{target}").text
    assert ("Invio ad altri archivi" in administrator.get("/secretariat/records").text) == bool(values)


def test_buttons_pause_resume_and_send_again(
    administrator: FlaskClient, database: Session, target: UUID, now: datetime
) -> None:
    for verb, status in (("pause", "paused"), ("resume", "active")):
        administrator.post(f"{PAGES}/{target}/status", data={"verb": verb})
        assert read_target(database, target).status == status
    change(database, target, cursor_stored=now)
    administrator.post(f"{PAGES}/{target}/resend", data={"start": "2026-11-20"})
    assert read_target(database, target).cursor_stored.isoformat() == "2026-11-19T23:00:00+00:00"
    for no_day in ("x", "0001-01-01"):
        assert administrator.post(f"{PAGES}/{target}/resend", data={"start": no_day}).status_code == 400
    administrator.post(f"{PAGES}/{target}/credentials", data={"key": "n", "secret": "t"})
    assert open_secret(SECRET, read_target(database, target).sealed_secret) == "t"


def test_refused_statement_is_sent_again_or_given_up(
    administrator: FlaskClient, database: Session, target: UUID, now: datetime
) -> None:
    one = uuid4()
    with writing(database):
        database.add(
            ForwardingLetter(
                target_id=target, statement_id=one, stored=now, at=now, status="dead", answer="no"
            )
        )
    page = f"{PAGES}/{target}/letters/{one}"
    assert administrator.post(page, data={"verb": "discard", "why": " "}).status_code == 400
    assert administrator.post(page, data={"verb": "resend"}).status_code == 303
    assert administrator.post(page, data={"verb": "discard", "why": "prova"}).status_code == 404
    assert database.query(ForwardingLetter).one().status == "waiting"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_administrators_come_in_and_what_is_gone_is_404(
    client: FlaskClient, sign_in: Callable[[Role], None], target: UUID
) -> None:
    sign_in(Role.ADMINISTRATOR)
    assert client.get(f"{PAGES}/{uuid4()}").status_code == 404
    sign_in(Role.SECRETARY)
    assert client.get(PAGES).status_code == 403
    assert client.post(f"{PAGES}/{target}/status", data={"verb": "pause"}).status_code == 403
