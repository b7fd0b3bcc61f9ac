"""One attempt more, granted by the secretariat: to whom, by whom, once, and what the learner sees of it."""

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.commands import main
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.people.staff import Staff
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_visit
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.modules.visitor import FINAL, Visitor, text_of
from tests.lms_plugin.secretariat.conftest import SignIn
from tests.services.learning import make_recorder

REASON = "Guasto della rete durante la prova"
FINAL_ID = "final-assessment"


@pytest.fixture
def learner(database: Session) -> Learner:
    with writing(database):
        return make_learner(database, "Maria Rossi")


def attempt(
    database: Session, learner: Learner, number: int, percent: int | None, at: datetime, which: str = FINAL_ID
) -> None:
    """Starts an attempt, and hands it in with this result unless it is to stay open."""
    started = {"attempt": number, "seed": "s", "revision": "r"}
    result = {**started, "percent": percent, "pass_percent": 70, "answers": {}, "scores": {}}
    told = [(Kind.ASSESSMENT_STARTED, started)]
    if percent is not None:
        told.append((Kind.ASSESSMENT_SUBMITTED, result))
    facts = [
        Fact(learner.id, f"{which}:{number}:{kind}", kind, "co-alizione", which, "module player", payload, at)
        for kind, payload in told
    ]
    with writing(database):
        make_recorder().record(database, facts, at)


def fail(database: Session, learner: Learner, now: datetime, times: int = 2, which: str = FINAL_ID) -> str:
    """Fails the assessment so many times; the path of the newest record."""
    for number in range(1, times + 1):
        attempt(database, learner, number, 40 + number, now + timedelta(minutes=number), which)
    return newest_record(database, learner)


def newest_record(database: Session, learner: Learner) -> str:
    database.rollback()
    mine = select(Completion.id).where(Completion.learner_id == learner.id)
    newest = database.scalars(mine.order_by(Completion.completed_at.desc())).first()
    return f"/secretariat/records/{newest}"


def granted(database: Session) -> list[Evidence]:
    database.rollback()
    rows = select(Evidence).where(Evidence.kind == Kind.ASSESSMENT_REOPENED)
    return list(database.scalars(rows.order_by(Evidence.sequence)))


def ask(client: FlaskClient, record: str, number: int = 1, reason: str = REASON) -> TestResponse:
    return client.post(f"{record}/reopen", data={"number": number, "reason": reason})


def visiting(client: FlaskClient, database: Session, learner: Learner, now: datetime) -> Visitor:
    with writing(database):
        visit, cookie, secret = make_visit(database, Role.LEARNER, learner_id=learner.id, now=now)
    client.set_cookie(cookie, secret, domain="formazione.example", secure=True)
    return Visitor(client, database, visit.name, learner.id)


def test_a_secretary_grants_one_attempt_and_the_learner_has_it(
    client: FlaskClient, database: Session, learner: Learner, now: datetime, sign_in: SignIn
) -> None:
    record = fail(database, learner, now)
    staff = sign_in()
    waiting = client.get("/secretariat/attempts")
    assert (f"{record}#tentativi" in waiting.text, "42%" in waiting.text) == (True, True)
    assert "Concedi un tentativo in più" in client.get(record).text
    answer = ask(client, record)
    assert answer.status_code == 303
    (fact,) = granted(database)
    assert (fact.activity_id, fact.source) == (FINAL_ID, "secretariat")
    by = {"role": "secretary", "staff": str(staff)}
    assert json.loads(fact.payload) == {"granted": 1, "reason": REASON, "by": by}
    page = text_of(client.get(answer.location))
    email = database.get_one(Staff, staff).email
    assert f"concesso da {email}. Motivo: {REASON}" in page
    assert "Iniziati: 2 su 3." in page
    assert "Concedi" not in page
    assert "Nessuno, adesso." in client.get("/secretariat/attempts").text
    maria = visiting(client, database, learner, now)
    page = text_of(maria.get(FINAL))
    assert "Inizia il tentativo 3 di 3" in page
    assert "La segreteria ha aggiunto 1 tentativo." in page
    assert maria.start(FINAL)[1] == 3
    assert maria.post(FINAL).status_code == 303  # to the one that is open
    assert len(maria.evidence("assessment.started")) == 3


def test_sending_the_form_twice_grants_one_and_only_used_up_attempts_are_reopened(
    client: FlaskClient, database: Session, learner: Learner, now: datetime, sign_in: SignIn
) -> None:
    record = fail(database, learner, now)
    sign_in()
    assert ask(client, record).location.endswith("reopened=granted#tentativi")
    again = ask(client, record, reason="Lo chiede anche il suo ente")
    assert again.location.endswith("reopened=before#tentativi")
    assert ask(client, record, number=2).status_code == 409  # the third attempt is not used yet
    attempt(database, learner, 3, None, now + timedelta(minutes=5))
    assert ask(client, record, number=2).status_code == 409  # … nor handed in
    assert len(granted(database)) == 1


@on_sqlite
def test_after_the_third_there_can_be_a_fourth_and_none_after_passing(
    client: FlaskClient, database: Session, learner: Learner, now: datetime, sign_in: SignIn
) -> None:
    record = fail(database, learner, now)
    sign_in()
    ask(client, record)
    attempt(database, learner, 3, 50, now + timedelta(minutes=5))
    assert ask(client, record, number=2).status_code == 303
    attempt(database, learner, 4, 70, now + timedelta(minutes=6))
    assert ask(client, record, number=3).status_code == 409
    assert [json.loads(one.payload)["granted"] for one in granted(database)] == [1, 2]
    assert "La verifica è superata." in client.get(newest_record(database, learner)).text


@on_sqlite
@pytest.mark.parametrize("reason", ["", " \n ", "x" * 301])
def test_a_reason_is_needed(
    client: FlaskClient, database: Session, learner: Learner, now: datetime, sign_in: SignIn, reason: str
) -> None:
    record = fail(database, learner, now)
    sign_in()
    refused = ask(client, record, reason=reason)
    assert refused.status_code == 422
    assert '<a href="#campo-reason">Scrivi il motivo' in refused.text
    assert granted(database) == []


@on_sqlite
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LMS_ADMINISTRATOR])
def test_auditors_and_administrators_of_an_lms_grant_nothing(
    client: FlaskClient, database: Session, learner: Learner, now: datetime, sign_in: SignIn, role: Role
) -> None:
    record = fail(database, learner, now)
    with writing(database):
        deployment = make_deployment(database) if role == Role.LMS_ADMINISTRATOR else None
    sign_in(role, deployment.id if deployment else None)
    assert ask(client, record).status_code == 403
    assert "Concedi" not in client.get(record).text
    assert client.get("/secretariat/attempts").status_code == (403 if deployment else 200)
    assert granted(database) == []


@on_sqlite
def test_a_learner_grants_nothing_to_themselves(
    client: FlaskClient, database: Session, learner: Learner, now: datetime
) -> None:
    record = fail(database, learner, now)
    maria = visiting(client, database, learner, now)
    for path in (f"{record}/reopen", f"/v/{maria.visit}{record}/reopen"):
        sent = client.post(path, data={"number": 1, "reason": REASON}, base_url="https://formazione.example")
        assert sent.status_code in {401, 403, 404}
    assert granted(database) == []


@on_sqlite
def test_a_record_of_something_else_has_no_attempts(
    client: FlaskClient, database: Session, learner: Learner, now: datetime, sign_in: SignIn
) -> None:
    read = Fact(learner.id, "read", Kind.LESSON_READ, "co-alizione", "m1-l1", "module player", {}, now)
    with writing(database):
        make_recorder().record(database, [read], now)
    sign_in()
    assert ask(client, newest_record(database, learner)).status_code == 404


def command(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["attempts", *arguments, "--json"])


def test_by_command_a_modules_assessment_too(
    environment: dict[str, str], database: Session, learner: Learner, now: datetime
) -> None:
    fail(database, learner, now, 3, "m1-assessment")
    (one,) = json.loads(command(environment, "list").output)["used_up"]
    assert (one["learner"], one["assessment"], one["started"]) == (str(learner.id), "m1-assessment", 3)
    wish = ("reopen", learner.account_name, "co-alizione/m1-assessment", "--reason", REASON, "--by", "anna")
    tried = json.loads(command(environment, *wish, "--dry-run").output)
    assert (tried["allowed"], tried["dry_run"], granted(database)) == (4, True, [])
    assert json.loads(command(environment, *wish).output)["allowed"] == 4
    (fact,) = granted(database)
    assert json.loads(fact.payload)["by"] == {"role": "command line", "account": "anna"}
    again = command(environment, *wish)
    assert (again.exit_code, json.loads(again.output)["error"]) == (1, "attempts_left")
    assert json.loads(command(environment, "list").output) == {"used_up": []}


@on_sqlite
@pytest.mark.parametrize("activity", ["co-alizione/m9-assessment", "x/m1-assessment", "co-alizione"])
def test_by_command_what_does_not_exist_is_named(
    environment: dict[str, str], learner: Learner, activity: str
) -> None:
    refused = command(environment, "reopen", str(learner.id), activity, "--reason", REASON)
    assert (refused.exit_code, json.loads(refused.output)["error"]) == (1, "assessment_unknown")
