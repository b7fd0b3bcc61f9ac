"""`coalizione staff`: links made at the command line open the door of the web application."""

import json
import re
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.people.staff import Staff

EMAIL = "anna.bianchi@example.it"


@pytest.fixture
def run(environment: dict[str, str]) -> object:
    def run_command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["staff", *arguments], env=environment)
        return result.exit_code, result.output

    return run_command


def test_invitation_prints_a_link_to_the_public_address(run) -> None:  # type: ignore[no-untyped-def]
    status, output = run("invite", EMAIL, "--role", "secretary")
    assert status == 0
    assert re.search(r"^https://formazione\.example/secretariat/sign-in/[\w-]{43}$", output, re.MULTILINE)


def test_invitation_as_json_opens_the_door(  # type: ignore[no-untyped-def]
    run, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, database: Session, clock
) -> None:
    monkeypatch.setattr("lms_plugin.commands.staff.now", clock)
    status, output = run("invite", EMAIL, "--role", "auditor", "--json")
    facts = json.loads(output)
    assert (status, facts["email"], facts["role"], facts["new"]) == (0, EMAIL, "auditor", True)
    assert client.post(urlsplit(facts["link"]).path).status_code == 303
    assert client.get("/secretariat/records").status_code == 200
    assert json.loads(run("invite", EMAIL, "--role", "secretary", "--json")[1])["new"] is False
    assert client.get("/secretariat/records").status_code == 401  # the old role ended with its visits
    assert database.scalar(select(func.count(Staff.id))) == 1


def test_suspended_people_are_listed_as_such(run) -> None:  # type: ignore[no-untyped-def]
    run("invite", EMAIL, "--role", "secretary")
    assert run("suspend", EMAIL)[0] == 0
    assert f"{EMAIL}  secretary  suspended" in run("list")[1]
    [one] = json.loads(run("list", "--json")[1])["staff"]
    assert one["suspended_at"]


def test_empty_list_says_how_to_begin(run) -> None:  # type: ignore[no-untyped-def]
    assert "coalizione staff invite" in run("list")[1]


def test_refusals_end_with_status_1_and_wrong_usage_with_2(run) -> None:  # type: ignore[no-untyped-def]
    assert run("suspend", "nobody@example.it") == (
        1, "staff_unknown: nobody of the staff has this address: see `coalizione staff list`\n",
    )  # fmt: skip
    assert run("invite", "nobody", "--role", "secretary")[0] == 1
    assert run("invite", EMAIL, "--role", "learner")[0] == 2
    assert run("invite", EMAIL)[0] == 2
