"""`coalizione platform invite|invitations|uninvite`."""

import json

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from lms_plugin.commands import main
from tests.lms_plugin.lti.fixtures import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def run(environment: dict[str, str]) -> object:
    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["platform", *arguments], env=environment)

    return call


def test_an_invitation_is_made_listed_and_taken_back(run, client: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    made = run("invite", "--name", "Moodle", "--approve", "--ttl", "24h", "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    assert told["link"].startswith("https://formazione.example/lti/register/")
    assert (told["name"], told["approves"], told["state"]) == ("Moodle", True, "open")
    listed = json.loads(run("invitations", "--json").output)["invitations"]
    assert [each["id"] for each in listed] == [told["id"]]
    assert told["link"].rpartition("/")[2] not in run("invitations", "--json").output
    assert client.get(told["link"].removeprefix("https://formazione.example")).status_code != 404
    for _ in range(2):
        assert json.loads(run("uninvite", told["id"], "--json").output)["state"] == "revoked"


def test_text_shows_the_link_and_what_happens_next(run) -> None:  # type: ignore[no-untyped-def]
    output = run("invite").output
    assert "waits for approval" in output
    assert "/lti/register/" in output


@pytest.mark.parametrize("ttl", ["soon", "7", "0d", "-1d", "7w"])
def test_a_length_that_is_none_is_a_usage_error(run, ttl: str) -> None:  # type: ignore[no-untyped-def]
    assert run("invite", "--ttl", ttl).exit_code == 2


@pytest.mark.parametrize(("ttl", "name"), [("1m", ""), ("91d", ""), ("7d", "x" * 256)])
def test_a_wish_beyond_bounds_is_refused(run, ttl: str, name: str) -> None:  # type: ignore[no-untyped-def]
    refused = run("invite", "--ttl", ttl, "--name", name, "--json")
    assert (refused.exit_code, json.loads(refused.output)["error"]) == (1, "invitation_invalid")


def test_an_unknown_invitation_is_said(run) -> None:  # type: ignore[no-untyped-def]
    refused = run("uninvite", "00000000-0000-4000-8000-000000000000")
    assert refused.exit_code == 1
    assert run("uninvite", "nonsense").exit_code == 2
