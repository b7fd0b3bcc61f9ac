"""`coalizione lrs target …`: targets are made, looked at, paused, sent to again, given up, removed."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.storage import writing
from tests.lms_plugin.delivery.forwarding.conftest import letters, statement, store
from tests.services.receivers import LrsReceiver, receiving

ADD = ("add", "Regione", "--url", "https://lrs.example.it/xapi/statements/", "--key", "k", "--secret", "s")


@pytest.fixture
def run(environment: dict[str, str]) -> Any:
    """Runs one command and gives the result, with the parsed JSON beside it."""

    def run_one(*arguments: str, status: int = 0) -> dict[str, Any]:
        done: Result = CliRunner(env=environment).invoke(main, ["lrs", "target", *arguments, "--json"])
        assert done.exit_code == status, done.output
        facts: dict[str, Any] = json.loads(done.output) if status < 2 else {"text": done.output}
        return facts

    return run_one


def test_target_is_made_with_its_filter_and_without_its_secret_in_sight(
    run: Any, database: Session, now: datetime
) -> None:
    store(database, statement(), statement(verb="answered"), at=now)
    completed = "http://adlnet.gov/expapi/verbs/completed"
    added = run(*ADD, "--verb", completed, "--programme", "co-alizione", "--since", "2026-11-01", "--dry-run")
    assert (added["waiting"], added["url"]) == (0, "https://lrs.example.it/xapi")
    assert run("list") == {"targets": []}
    assert run(*ADD, "--verb", completed)["waiting"] == 1
    (listed,) = run("list")["targets"]
    assert (listed["name"], listed["state"], listed["waiting"], listed["verbs"]) == (
        "Regione",
        "well",
        1,
        [completed],
    )
    shown = run("show", "Regione")
    assert '"s"' not in json.dumps(shown)
    assert database.query(ForwardingTarget).one().sealed_secret != b"s"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("--url", "http://lrs.example.it/xapi"), "url: must begin with https://"),
        (("--url", "ftp://lrs.example.it"), "url: is not an http(s) address"),
        (("--url", "https://a:b@lrs.example.it/"), "url: must have no user name"),
        (("--verb", "completed"), "verbs: must be IRIs"),
        (("--key", ""), "key: is missing"),
    ],
)
def test_bad_values_are_refused_with_what_to_write(run: Any, changed: tuple[str, str], words: str) -> None:
    refused = run(*ADD, *changed, status=1)
    assert refused["error"] == "target_invalid"
    assert words in refused["reason"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_names_and_dates_that_are_none_are_refused(run: Any) -> None:
    run(*ADD)
    assert "name: is another target's" in run(*ADD, status=1)["reason"]
    assert run("pause", "Nessuno", status=1)["error"] == "target_missing"
    assert "is not a date" in run("resend", "Regione", "--from", "ieri", status=2)["text"]
    assert "either --from" in run("resend", "Regione", status=2)["text"]


def test_paused_target_is_resumed_and_removed(run: Any, database: Session) -> None:
    run(*ADD)
    assert [run("pause", "Regione")["changed"] for _ in range(2)] == [True, False]
    assert run("show", "Regione")["state"] == "paused"
    assert [run("resume", "Regione")["changed"] for _ in range(2)] == [True, False]
    run("credentials", "Regione", "--key", "new", "--secret", "t")
    assert run("show", "Regione")["key"] == "new"
    run("remove", "Regione", "--dry-run")
    run("remove", "Regione")
    assert run("list") == {"targets": []}


def test_what_went_before_goes_again_from_a_date(run: Any, database: Session, now: datetime) -> None:
    run(*ADD)
    store(database, statement(), at=now - timedelta(days=3))
    store(database, statement(), statement(), at=now)
    with writing(database):
        database.query(ForwardingTarget).one().cursor_stored = now + timedelta(days=1)
    day = (now - timedelta(days=1)).isoformat()
    asked = run("resend", "Regione", "--from", day, "--dry-run")
    assert (asked["statements"], asked["dry_run"]) == (2, True)
    assert run("show", "Regione")["waiting"] == 0
    assert run("resend", "Regione", "--from", day)["changed"]
    assert run("show", "Regione")["waiting"] == 2
    assert not run("resend", "Regione", "--from", (now + timedelta(days=9)).isoformat())["changed"]


def test_refused_statements_are_sent_again_or_given_up_with_a_reason(
    run: Any, database: Session, now: datetime
) -> None:
    run(*ADD)
    ids = store(database, statement(), statement(), at=now)
    with writing(database):
        target = database.query(ForwardingTarget).one()
        for one in ids:
            letter = ForwardingLetter(target_id=target.id, statement_id=UUID(one), stored=now, at=now)
            letter.status = "dead"
            database.add(letter)
    assert run("resend", "Regione", "--dead", "--statement", ids[0])["statements"] == 1
    assert run("resend", "Regione", "--dead", "--statement", ids[0], status=1)["error"] == "letter_missing"
    assert run("discard", "Regione", ids[1], "--reason", " ", status=1)["error"] == "reason_missing"
    run("discard", "Regione", ids[1], "--reason", "prova")
    assert [one["discarded_why"] for one in run("show", "Regione")["letters"]] == ["prova"]
    assert [str(one.statement_id) for one in letters(database, "waiting")] == [ids[0]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_target_is_tried_at_once(run: Any, database: Session) -> None:
    with receiving(LrsReceiver()) as lrs:
        run("add", "Prova", "--url", lrs.url, "--key", "k", "--secret", "s")
        assert run("test", "Prova") == {"result": "well", "answer": ""}
        lrs.answers = [(401, {}, "who?")]
        assert run("test", "Prova", status=1) == {"result": "not_written", "answer": "401 who?"}
