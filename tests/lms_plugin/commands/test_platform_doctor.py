"""`coalizione platform doctor`: the launches that an administrator reads in a terminal."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Platform
from lms_plugin.storage import writing
from tests.factories.people import make_deployment

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run_command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["platform", "doctor", *arguments], env=environment)
        return result.exit_code, result.output

    return run_command


@pytest.fixture
def platform(database: Session, now: datetime) -> Platform:
    """A platform whose last launch was refused, and its clock is fast."""
    with writing(database):
        platform = make_deployment(database).platform
        refused = LaunchReport(
            platform_id=platform.id, at=now, code="bad_signature", kid="k1", skew_seconds=45, request_id="r1"
        )
        stranger = LaunchReport(at=now, code="platform_unknown", issuer="https://altra.example")
        database.add_all([refused, stranger])
    return platform


def test_it_tells_the_check_and_the_fix(run: Run, platform: Platform) -> None:
    status, output = run()
    assert status == 0
    for words in ("bad_signature", "check 6:", "+45 s: more than 30 seconds", "https://altra.example"):
        assert words in output
    status, output = run("--issuer", platform.issuer, "--client-id", platform.client_id, "--json")
    (launch,) = json.loads(output)["launches"]
    assert status == 0
    assert (launch["check"], launch["kid"], launch["request_id"]) == (6, "k1", "r1")
    assert (launch["checks"]["5"], launch["checks"]["6"], launch["checks"]["7"]) == (
        "passed", "failed", "not_reached",
    )  # fmt: skip


def test_a_registration_that_is_not_there_is_said(run: Run, platform: Platform) -> None:
    assert run("--issuer", "https://nessuno.example", "--client-id", "x")[0] == 1
    assert run("--issuer", platform.issuer)[0] == 1


def test_without_launches_it_says_so(run: Run) -> None:
    assert "no launch yet" in run()[1]


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_what_strangers_call_themselves_does_nothing_to_the_terminal(
    run: Run, database: Session, now: datetime, arguments: tuple[str, ...]
) -> None:
    with writing(database):
        claimed = "https://altra.example/\x1b]0;nostro\x07\x9b2J\u202e"
        database.add(LaunchReport(at=now, code="platform_unknown", issuer=claimed))
    _status, output = run(*arguments)
    assert r"https://altra.example/\u001b]0;nostro\u0007\u009b2J\u202e" in output
