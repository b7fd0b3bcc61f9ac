"""`coalizione lrs credential add | list | revoke`."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms_plugin.commands.lrs import lrs_group
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
    "words", [("add", "tre"), ("add", "x", "--scope", "everything"), ("add", " "), ("revoke", "nobody")]
)
def test_what_cannot_be_done_is_refused_with_the_reason(run: Any, words: tuple[str, ...]) -> None:
    run("add", "tre")
    answer = run(*words, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"] == "credential_refused"


def test_wrong_usage_ends_with_status_2(run: Any) -> None:
    assert run("add").exit_code == 2


def test_empty_list_says_what_to_do(run: Any) -> None:
    assert "credential add" in run("list").stdout
