"""One record, down to its statement and evidence."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.records.fact import Kind
from lms_plugin.secretariat.dossier import chain_state
from lms_plugin.storage import writing
from tests.factories.people import MOMENT, make_learner
from tests.factories.records import (
    make_attempt,
    make_completion,
    make_evidence,
    make_outbox_item,
    make_statement,
)
from tests.lms_plugin.secretariat.conftest import SignIn

SUBMITTED = {"attempt": 2, "percent": 80, "pass_percent": 70, "answers": {"q1": ["<b>"]}}
SETTLED = {
    "attended_seconds": 3780,
    "denominator_seconds": 5400,
    "percent": 70,
    "threshold_percent": 70,
    "estimated": True,
}


@pytest.fixture
def learner(database: Session) -> Learner:
    with writing(database):
        return make_learner(database, "Maria Rossi")


@pytest.fixture
def module(database: Session, learner: Learner) -> Completion:
    with writing(database):
        evidence = [make_evidence(database, learner, activity_id=f"m1-l{number}") for number in (1, 2)]
        evidence.append(
            make_evidence(database, learner, Kind.ASSESSMENT_SUBMITTED, "m1-assessment", SUBMITTED)
        )
        completion = make_completion(database, learner, evidence=evidence)
        make_statement(database, completion, learner)
        return completion


def address(completion: Completion, tail: str = "") -> str:
    return f"/secretariat/records/{completion.id}{tail}"


def test_record_says_why_it_was_concluded(client: FlaskClient, module: Completion, sign_in: SignIn) -> None:
    sign_in()
    page = client.get(address(module)).text
    assert "La persona ha letto 2 lezioni." in page
    assert "tentativo 2: risultato 80%, soglia 70%" in page
    assert "versione 1" in page


def test_webinar_says_how_long_somebody_was_there(
    client: FlaskClient, database: Session, learner: Learner, sign_in: SignIn
) -> None:
    with writing(database):
        joined = make_evidence(
            database, learner, Kind.WEBINAR_JOINED, "w01", {"sitting": "s", "connection": "c9"}
        )
        settled = make_evidence(database, learner, Kind.WEBINAR_SETTLED, "w01", SETTLED)
        completion = make_completion(
            database,
            learner,
            activity_id="w01",
            activity_kind="webinar",
            outcome="attended",
            evidence=[settled],
        )
    sign_in()
    page = client.get(address(completion)).text
    assert "Presenza di 63 minuti su 90: 70%, soglia 70%." in page
    assert "è stimata" in page
    assert joined.hash in page  # the raw presence behind the attendance
    assert "c9" in page


@pytest.mark.parametrize(
    ("attended", "whole", "words"),
    [
        (5, 5, "5 secondi su 5:"),
        (1, 5, "1 secondo su 5:"),
        (60, 100, "1 minuto su 1:"),
        (30, 3600, "30 secondi su 60 minuti:"),
    ],
)
def test_short_attendance_is_said_in_seconds(
    client: FlaskClient,
    database: Session,
    learner: Learner,
    sign_in: SignIn,
    attended: int,
    whole: int,
    words: str,
) -> None:
    said = SETTLED | {"attended_seconds": attended, "denominator_seconds": whole}
    with writing(database):
        settled = make_evidence(database, learner, Kind.WEBINAR_SETTLED, "w01", said)
        completion = make_completion(
            database,
            learner,
            activity_id="w01",
            activity_kind="webinar",
            outcome="attended",
            duration_seconds=attended,
            evidence=[settled],
        )
    sign_in()
    page = client.get(address(completion)).text
    assert f"Presenza di {words}" in page
    result = page[page.index('<dt class="col-md-3">Risultato</dt>') :]
    assert words.partition(" su ")[0] in result[: result.index("</dd>")]


def test_record_shows_statement_and_evidence_as_text(
    client: FlaskClient, database: Session, module: Completion, sign_in: SignIn
) -> None:
    sign_in()
    page = client.get(address(module)).text
    assert str(module.statement_id) in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "La catena delle prove è intatta" in page
    downloaded = client.get(address(module, "/evidence.json"))
    told = json.loads(downloaded.data)
    assert told["chain"] == {"through": 3, "holds": True, "broken_at": None}
    assert [row["id"] for row in told["evidence"]] == module.evidence_ids
    for row in told["evidence"]:
        assert row["hash"] in page
        assert row["previous_hash"] in page


def test_downloads_are_the_raw_json(client: FlaskClient, module: Completion, sign_in: SignIn) -> None:
    sign_in()
    for tail in ("/statement.json", "/evidence.json"):
        answer = client.get(address(module, tail))
        assert answer.mimetype == "application/json"
        assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(client.get(address(module, "/statement.json")).data)["id"] == str(module.statement_id)


@pytest.mark.parametrize(
    ("status", "outcome", "answer", "words"),
    [
        ("waiting", None, "", "In attesa"),
        ("waiting", "retry", "too busy", "too busy"),
        ("delivered", "delivered", "", "il 23/11/2026, 10:00:05"),
        ("dead", "dead", "line item <gone>", "line item &lt;gone&gt;"),
        ("not_wanted", "not_wanted", "", "non chiede questo voto"),
    ],
)
def test_each_delivery_says_what_became_of_it(
    client: FlaskClient,
    database: Session,
    module: Completion,
    sign_in: SignIn,
    status: str,
    outcome: str | None,
    answer: str,
    words: str,
) -> None:
    with writing(database):
        item = make_outbox_item(database, module, status=status)
        if outcome:
            make_attempt(database, item.id, "retry", 503, "an earlier answer", MOMENT)
            make_attempt(database, item.id, outcome, 404, answer, MOMENT + timedelta(seconds=5))
    sign_in()
    page = client.get(address(module)).text
    assert words in page
    assert "an earlier answer" not in page


def test_changed_evidence_is_cried_out(
    client: FlaskClient, database: Session, module: Completion, sign_in: SignIn
) -> None:
    tamper(database, "UPDATE evidence SET payload = '{}' WHERE sequence = 3")
    sign_in()
    page = client.get(address(module)).text
    assert "si rompe alla numero 3" in page
    assert "è intatta" not in page


def test_deleted_evidence_is_cried_out(
    client: FlaskClient, database: Session, module: Completion, sign_in: SignIn
) -> None:
    tamper(database, "DELETE FROM evidence WHERE sequence = 1")
    sign_in()
    page = client.get(address(module)).text
    assert "Manca 1 prova" in page
    assert "si rompe alla numero 1" in page


def test_chain_cut_at_its_end_does_not_hold(database: Session, learner: Learner, module: Completion) -> None:
    tamper(database, "DELETE FROM evidence WHERE sequence = 3")
    assert chain_state(database, learner.id, 3).broken_at == 3
    assert chain_state(database, learner.id, 2).holds


def tamper(database: Session, sentence: str) -> None:
    """What somebody with the database's password could do: past the triggers, then the sentence."""
    with writing(database):
        if database.get_bind().dialect.name == "sqlite":
            for trigger in ("evidence_no_update", "evidence_no_delete"):
                database.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        else:
            database.execute(text("ALTER TABLE evidence DISABLE TRIGGER USER"))
        database.execute(text(sentence))


def test_record_without_statement_or_evidence_still_opens(
    client: FlaskClient, database: Session, learner: Learner, sign_in: SignIn
) -> None:
    with writing(database):
        completion = make_completion(
            database, learner, activity_kind="unheard", outcome="of", activity_id="gone"
        )
    sign_in()
    page = client.get(address(completion)).text
    assert "non è nel nostro LRS" in page
    assert "non indica nessuna prova" in page
    assert client.get(address(completion, "/statement.json")).status_code == 404


@pytest.mark.parametrize(
    "record_id", ["00000000-0000-4000-8000-000000000000", "1", "..", "%00", "records.csv"]
)
def test_unknown_record_is_not_found(client: FlaskClient, sign_in: SignIn, record_id: str) -> None:
    sign_in()
    assert client.get(f"/secretariat/records/{record_id}").status_code == 404


def test_evidence_of_somebody_else_is_never_shown(
    client: FlaskClient, database: Session, learner: Learner, sign_in: SignIn
) -> None:
    with writing(database):
        other = make_evidence(database, make_learner(database, "Other"), payload={"secret": "of another"})
        completion = make_completion(database, learner, evidence=[other])
    sign_in()
    page = client.get(address(completion)).text
    assert "of another" not in page
    assert "Manca 1 prova" in page


def test_run_of_a_simulation_is_told_in_words(
    client: FlaskClient, database: Session, learner: Learner, sign_in: SignIn
) -> None:
    said = {
        "run": 2,
        "path": ["n1:b", "n2b:c", "n9:x"],
        "indicators": {"LEG": 16, "FID": 14, "ESI": 16, "SOS": 9},
        "total": 55,
        "most_total": 80,
        "band": "solid",
    }
    with writing(database):
        ended = make_evidence(database, learner, Kind.SIMULATION_ENDED, "m6-s1", said)
        completion = make_completion(
            database, learner, activity_id="m6-s1", activity_kind="simulation", evidence=[ended]
        )
        make_statement(database, completion, learner)
    sign_in()
    page = client.get(address(completion)).text
    assert "Simulazione: Sessanta posti entro tre settimane" in page
    assert "55 punti su 80, «Coalizione solida»" in page
    assert "Legittimità 16, Fiducia 14, Esiti per le persone 16, Sostenibilità 9" in page
    assert "Una proposta sul tavolo: «Accetto, e do la cosa in mano alla cooperativa." in page
    assert "<li>n9: x</li>" in page  # no longer in the story
