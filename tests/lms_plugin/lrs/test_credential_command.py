"""`coalizione lrs credential add | list | show | rotate | revoke`."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from lms_plugin.commands.lrs import lrs_group
from lms_plugin.storage import writing
from tests.factories.people import make_deployment
from tests.lms_plugin.lrs.conftest import Lrs


@pytest.fixture
def run(environment: dict[str, str]) -> Any:
    def command(*words: str) -> Result:
        return CliRunner().invoke(lrs_group, ["credential", *words], env=environment)

    return command


def test_added_credential_opens_the_lrs_until_it_is_revoked(run: Any, client: Any) -> None:
    made = json.loads(run("add", "Comune di Prova", "--json").stdout)
    assert made["scopes"] == ["all"]
    lrs = Lrs(client, made["key"], made["secret"])
    assert lrs.get().status_code == 200
    assert run("revoke", "Comune di Prova").exit_code == 0
    assert lrs.get().status_code == 401


def test_secret_is_printed_once_and_never_again(run: Any) -> None:
    added = run("add", "uno").stdout
    key, secret = (line.split()[1] for line in added.splitlines()[:2])
    listed = run("list").stdout
    assert key in listed
    assert "in force" in listed
    assert secret not in listed + run("list", "--json").stdout


def test_scopes_are_kept(run: Any) -> None:
    run("add", "due", "--scope", "statements/write", "--scope", "statements/read/mine")
    (listed,) = json.loads(run("list", "--json").stdout)["credentials"]
    assert listed["scopes"] == ["statements/write", "statements/read/mine"]


def test_answers_name_the_version_of_a_credential_when_the_request_names_none(run: Any, client: Any) -> None:
    made = json.loads(run("add", "IEEE", "--version", "2.0.0", "--json").stdout)
    lrs = Lrs(client, made["key"], made["secret"])
    for asked, answered in ((None, "2.0.0"), ("1.0.3", "1.0.3"), ("2.0.0", "2.0.0")):
        answer = lrs.call("GET", headers={"X-Experience-API-Version": asked})
        assert answer.status_code == (400 if asked is None else 200)
        assert answer.headers["X-Experience-API-Version"] == answered


@pytest.mark.parametrize(
    "words",
    [
        ("add", "tre"),
        ("add", "x", "--scope", "everything"),
        ("add", " "),
        ("add", "x", "--programme", "nessuno"),
        ("add", "x", "--platform", "nessuna"),
        ("revoke", "nobody"),
        ("show", "nobody"),
        ("rotate", "nobody"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(run: Any, words: tuple[str, ...]) -> None:
    run("add", "tre")
    answer = run(*words, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"] == "credential_refused"


def test_wrong_usage_ends_with_status_2(run: Any) -> None:
    for words in ((), ("x", "--rate", "0"), ("x", "--rate", "many"), ("x", "--rate", "1", "--no-limit")):
        assert run("add", *words).exit_code == 2


def test_limits_are_shown_as_they_were_given(run: Any, database: Session) -> None:
    with writing(database):
        platform = make_deployment(database).platform
    limits = ("--programme", "co-alizione", "--platform", platform.issuer, "--days", "30")
    assert run("add", "uno", "--scope", "state", "--rate", "600/min", *limits).exit_code == 0
    shown = json.loads(run("show", "uno", "--json").stdout)
    assert (shown["programme"], shown["home_page"]) == ("co-alizione", platform.actor_home_page)
    assert (shown["requests_per_minute"], shown["state"], shown["last_used_at"]) == (600, "in force", None)
    assert "co-alizione" in run("show", "uno").stdout
    run("add", "due", "--no-limit")
    assert json.loads(run("show", "due", "--json").stdout)["requests_per_minute"] == "no limit"


def test_rotated_credential_keeps_its_key_and_may_keep_its_old_secret_for_a_while(
    run: Any, client: Any
) -> None:
    first = json.loads(run("add", "uno", "--json").stdout)
    second = json.loads(run("rotate", "uno", "--keep-old", "720", "--json").stdout)
    for secret in (first["secret"], second["secret"]):
        assert Lrs(client, second["key"], secret).get().status_code == 200
    third = json.loads(run("rotate", "uno", "--json").stdout)
    clients = [Lrs(client, first["key"], made["secret"]) for made in (first, second, third)]
    assert [one.get().status_code for one in clients] == [401, 401, 200]


def test_empty_list_says_what_to_do(run: Any) -> None:
    assert "credential add" in run("list").stdout
