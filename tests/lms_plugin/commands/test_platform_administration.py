"""`coalizione platform …` and `coalizione role …`: what the pages do, for scripts."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.role_overrides import RoleOverride
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.factories.records import make_evidence

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run_command(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, arguments, env=environment)
        return result.exit_code, result.stdout, result.stderr

    return run_command


@pytest.fixture
def deployment(database: Session) -> Deployment:
    with writing(database):
        return make_deployment(database, "Moodle", "Corso")


def facts(output: tuple[int, str, str]) -> dict[str, Any]:
    """The JSON of a command that went well."""
    assert output[0] == 0, output
    return dict(json.loads(output[1]))


def kept(database: Session, deployment: Deployment) -> Platform:
    """The platform as it is by now."""
    database.rollback()
    database.expire_all()
    return database.get_one(Platform, deployment.platform_id)


def test_a_platform_is_found_by_name_client_id_and_id(run: Run, deployment: Deployment) -> None:
    platform = deployment.platform
    for text in (platform.name, platform.client_id, str(platform.id)):
        told = facts(run("platform", "show", text, "--json"))
        assert told["issuer"] == platform.issuer
        assert told["deployments"][0]["name"] == "Corso"
    assert run("platform", "show", "nobody")[0] == 1
    assert "last launch never" in run("platform", "show", "Moodle")[1]


def test_two_of_one_name_want_the_id(run: Run, database: Session, deployment: Deployment) -> None:
    with writing(database):
        make_deployment(database, "Moodle")
    status, _, complaint = run("platform", "suspend", "Moodle")
    assert (status, "use the id" in complaint) == (1, True)
    assert kept(database, deployment).status == "active"


def test_statuses_by_command(run: Run, database: Session, deployment: Deployment) -> None:
    assert facts(run("platform", "suspend", "Moodle", "--dry-run", "--json"))["changed"]
    assert kept(database, deployment).status == "active"
    status, output, log = run("platform", "suspend", "Moodle")
    assert (status, output) == (0, "Moodle is suspended\n")
    line = json.loads(log)
    assert (line["who"], line["what"]) == ("command line", "suspend platform")
    assert run("platform", "suspend", "Moodle")[1] == "Moodle: nothing to change\n"
    assert run("platform", "approve", "Moodle")[0] == 1
    assert run("platform", "resume", "Moodle")[0] == 0
    one = ("--deployment-id", deployment.deployment_id)
    assert run("platform", "suspend", "Moodle", *one)[0] == 0
    assert kept(database, deployment).deployments[0].status == "suspended"
    assert run("platform", "suspend", "Moodle", "--deployment-id", "none")[0] == 1


def test_a_waiting_registration_is_approved(run: Run, database: Session, deployment: Deployment) -> None:
    with writing(database):
        kept(database, deployment).status = "pending"
    assert run("platform", "approve", "Moodle")[0] == 0
    assert kept(database, deployment).approved_at is not None


def test_names_and_addresses(run: Run, database: Session, deployment: Deployment) -> None:
    one = ("--deployment-id", deployment.deployment_id)
    assert run("platform", "rename", "Moodle", "Comune di Noto", *one)[0] == 0
    assert run("platform", "rename", "Moodle", "Moodle nuovo")[0] == 0
    assert run("platform", "rename", "Moodle nuovo", " ") == (1, "", "edit_invalid: NAME: write a name\n")
    wrong = ("--jwks-url", "http://lms.example/jwks", "--origin", "https://x.it/path")
    status, _, complaint = run("platform", "edit", "Moodle nuovo", *wrong)
    assert status == 1
    assert "--jwks-url: must begin with https://" in complaint
    assert "--origin: write origins" in complaint
    right = ("--jwks-url", "https://new.example/jwks", "--origin", "https://a.it", "--origin", "https://b.it")
    assert run("platform", "edit", "Moodle nuovo", *right, "--dry-run")[0] == 0
    assert kept(database, deployment).extra_origins == ""
    assert facts(run("platform", "edit", "Moodle nuovo", *right, "--json"))["changes"] == [
        "jwks_url",
        "extra_origins",
    ]
    platform = kept(database, deployment)
    assert (platform.jwks_url, platform.extra_origins) == (
        "https://new.example/jwks",
        "https://a.it https://b.it",
    )
    assert platform.deployments[0].name == "Comune di Noto"
    assert run("platform", "edit", "Moodle nuovo", "--no-origins")[0] == 0
    assert kept(database, deployment).extra_origins == ""


def test_deleting_by_command(run: Run, database: Session, deployment: Deployment) -> None:
    with writing(database):
        make_placement(database, make_learner(database), deployment)
    assert run("platform", "delete", "Moodle", "--confirm", "Moodle")[0] == 1
    run("platform", "suspend", "Moodle")
    said = facts(run("platform", "delete", "Moodle", "--dry-run", "--json"))
    assert said["rows"] == {"deployments": 1, "resource_links": 1, "placements": 1, "learners": 1}
    status, _, complaint = run("platform", "delete", "Moodle")
    assert (status, "--confirm 'Moodle'" in complaint) == (1, True)
    assert run("platform", "delete", "Moodle", "--confirm", "Moodle")[0] == 0
    assert database.scalar(select(func.count()).select_from(Platform)) == 0


def test_records_stand_against_deleting(run: Run, database: Session, deployment: Deployment) -> None:
    with writing(database):
        learner = make_learner(database)
        make_placement(database, learner, deployment)
        make_evidence(database, learner)
    run("platform", "suspend", "Moodle")
    for option in ("--dry-run", "--confirm=Moodle"):
        status, _, complaint = run("platform", "delete", "Moodle", option)
        assert (status, complaint.startswith("removal_refused: 1 learners have records")) == (1, True)
    assert kept(database, deployment).status == "suspended"


def test_roles_by_command(run: Run, database: Session, deployment: Deployment) -> None:
    one = ("--deployment-id", deployment.deployment_id)
    assert run("role", "list", "Moodle")[1].startswith("none:")
    assert run("role", "add", "Moodle", "Tutor", "trainer", "--dry-run")[0] == 0
    assert run("role", "add", "Moodle", "Tutor", "administrator")[0] == 2
    assert database.scalar(select(func.count()).select_from(RoleOverride)) == 0
    database.rollback()
    assert run("role", "add", "Moodle", "Tutor", "trainer")[0] == 0
    assert run("role", "add", "Moodle", "Tutor", "observer", *one)[0] == 0
    assert facts(run("role", "list", "Moodle", "--json"))["roles"] == [
        {"role": "Tutor", "part": "trainer", "deployment_id": None},
        {"role": "Tutor", "part": "observer", "deployment_id": deployment.deployment_id},
    ]
    assert run("role", "remove", "Moodle", "Tutor")[0] == 0
    assert run("role", "remove", "Moodle", "Tutor")[0] == 1
    assert len(facts(run("role", "list", "Moodle", "--json"))["roles"]) == 1
