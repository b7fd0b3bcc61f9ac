"""The command line: everything it lists can be called, refusals are one line and status 1, misuse is 2."""

import json

import pytest
from click.testing import CliRunner, Result

from lms_plugin.commands import COMMANDS, main


def run(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner(env=environment or {}).invoke(main, arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_explains_itself(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_unknown_command_is_wrong_usage() -> None:
    assert run("dance").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"],
        ["replay"],
        ["platform", "list"],
        ["staff", "list"],
        ["lrs", "credential", "list"],
        ["webinars", "plan"],
        ["serve"],
        ["outbox", "list"],
        ["roster", "list"],
        ["worker", "--once"],
    ],
)
def test_unmigrated_database_is_refused_with_what_to_run(arguments: list[str], environment, tmp_path) -> None:
    empty = environment | {"COALIZIONE_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    result = run(*arguments, "--json", environment=empty)
    assert result.exit_code == 1
    answer = json.loads(result.output)
    assert answer["error"] == "database_not_migrated"
    assert "coalizione migrate" in answer["reason"]


@pytest.mark.parametrize("name", ["verify", "migrate", "worker"])
def test_missing_secret_is_one_line_that_says_what_to_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COALIZIONE_SECRET_KEY", raising=False)
    result = run(name)
    assert result.exit_code == 1
    assert "COALIZIONE_SECRET_KEY" in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_migrated_database_verifies(environment) -> None:
    result = run("verify", "--json", environment=environment)
    assert result.exit_code == 0
    assert json.loads(result.output)["sound"] is True


def test_webinar_plan_names_all_twenty(environment) -> None:
    result = run("webinars", "plan", "--json", environment=environment)
    steps = json.loads(result.output)["steps"]
    assert [step["webinar"] for step in steps] == [f"co-alizione.w{number:02}" for number in range(1, 21)]
    assert {step["step"] for step in steps} == {"create"}


def test_apply_without_a_platform_says_which_settings_are_missing(environment) -> None:
    result = run("webinars", "apply", environment=environment)
    assert result.exit_code == 1
    assert "COALIZIONE_BBB_URL" in result.output


def test_attendance_of_an_unknown_webinar_is_refused(environment) -> None:
    assert run("webinars", "attendance", "co-alizione.w99", environment=environment).exit_code == 1
