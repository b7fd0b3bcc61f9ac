"""`coalizione platform`: registering an LMS, accepting its deployments, and what is refused."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.commands.platform import platform_group
from lms_plugin.lti.platform import Deployment, Platform
from tests.lms_plugin.lti.fixtures import on_sqlite

LMS = {
    "--name": "LMS del Comune",
    "--issuer": "https://lms.example",
    "--client-id": "abc",
    "--auth-login-url": "https://lms.example/auth",
    "--auth-token-url": "https://lms.example/token",
    "--jwks-url": "https://lms.example/jwks",
}


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> "Runner":
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Runner()


class Runner:
    """Runs one `coalizione platform` command."""

    def __call__(self, command: str, *more: str, **changes: str) -> Result:
        options = LMS | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
        words = [word for pair in options.items() for word in pair] if command == "add" else []
        return CliRunner().invoke(platform_group, [command, *words, *more])


def test_an_lms_is_registered_once_however_often_it_is_said(run: Runner, database: Session) -> None:
    first = run("add", "--deployment-id", "1", "--deployment-id", "2", "--json")
    second = run("add", "--deployment-id", "1", "--json")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert json.loads(first.output)["changed"] is True
    assert json.loads(second.output)["changed"] is False
    platform = database.scalars(select(Platform)).one()
    assert platform.actor_home_page == "https://lms.example"
    assert sorted(each.deployment_id for each in platform.deployments) == ["1", "2"]


@on_sqlite
def test_a_changed_address_is_brought_up_to_date(run: Runner, database: Session) -> None:
    run("add")
    assert "nothing to change" not in run("add", jwks_url="https://lms.example/new").output
    assert database.scalars(select(Platform)).one().jwks_url == "https://lms.example/new"


@on_sqlite
def test_a_second_registration_of_one_issuer_has_actors_of_its_own(run: Runner, database: Session) -> None:
    run("add")
    run("add", client_id="xyz")
    second = database.scalars(select(Platform).where(Platform.client_id == "xyz")).one()
    assert second.actor_home_page == f"https://formazione.example/xapi/platforms/{second.id}"


@on_sqlite
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("issuer", "lms.example"),
        ("jwks_url", "ftp://lms.example/jwks"),
        ("auth_login_url", "https://"),
        ("auth_token_url", "https://lms.example:port/"),
        ("jwks_url", "https://lms.example/a b"),
        ("jwks_url", "https://lms.example/" + "x" * 2000),
        ("client_id", ""),
        ("client_id", "x" * 256),
        ("name", ""),
    ],
)
def test_a_wrong_option_is_refused_by_name_and_changes_nothing(
    run: Runner, database: Session, option: str, value: str
) -> None:
    result = run("add", **{option: value})
    assert result.exit_code == 1
    assert f"--{option.replace('_', '-')}" in result.output
    assert database.scalars(select(Platform)).first() is None


@on_sqlite
def test_a_waiting_deployment_is_accepted(run: Runner, database: Session) -> None:
    run("add")
    platform = database.scalars(select(Platform)).one()
    waiting = Deployment(deployment_id="new", status="pending", created_at=platform.created_at)
    platform.deployments.append(waiting)
    database.commit()
    which = ("--issuer", "https://lms.example", "--client-id", "abc", "--deployment-id", "new")
    assert run("accept", *which).exit_code == 0
    database.refresh(waiting)
    assert waiting.status == "active"
    assert run("accept", "--issuer", "https://no.example", *which[2:]).exit_code == 1


@on_sqlite
def test_the_list_shows_what_is_registered(run: Runner, database: Session) -> None:
    assert "no LMS is registered yet" in run("list").output
    run("add", "--deployment-id", "1")
    assert "https://lms.example as abc, active; deployments: 1 (active)" in run("list").output
    (told,) = json.loads(run("list", "--json").output)["platforms"]
    assert told["deployments"] == [{"deployment_id": "1", "status": "active"}]
