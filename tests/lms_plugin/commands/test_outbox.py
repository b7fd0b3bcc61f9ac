"""`coalizione outbox`: what is stuck, by LMS, and another try."""

import json
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import add_attempt
from lms_plugin.storage import writing
from tests.factories.people import MOMENT, make_deployment, make_learner, make_placement

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def outbox(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["outbox", *arguments])


def told(answer: Result) -> dict[str, object]:
    assert answer.exit_code == 0, answer.output
    found: dict[str, object] = json.loads(answer.output)
    return found


def add(database: Session, deployment: Deployment | None, outcome: str) -> UUID:
    """A row for an LMS, or for a placement that is gone, with what became of it."""
    learner = make_learner(database)
    lane = make_placement(database, learner, deployment).id if deployment else learner.id
    item = OutboxItem(
        id=uuid4(), target="ags", lane=lane, completion_id=uuid4(), payload="{}",
        created_at=MOMENT, due_at=MOMENT, status="waiting",
    )  # fmt: skip
    database.add(item)
    database.flush()
    add_attempt(database, DeliveryAttempt(id=uuid4(), outbox_id=item.id, at=MOMENT, outcome=outcome))
    return item.id


@pytest.fixture
def rows(database: Session) -> dict[str, UUID]:
    """Two LMSs with something dead, one of them with something unwanted, and one of nobody's."""
    with writing(database):
        moodle = make_deployment(database, "Moodle")
        canvas = make_deployment(database, "Canvas")
        return {
            "moodle": add(database, moodle, "dead"),
            "unwanted": add(database, moodle, "not_wanted"),
            "canvas": add(database, canvas, "dead"),
            "gone": add(database, None, "dead"),
        }


def statuses(database: Session) -> dict[UUID, str]:
    database.rollback()
    return {row.id: row.status for row in database.execute(select(OutboxItem.id, OutboxItem.status))}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), {"moodle", "canvas", "gone"}),
        (("--platform", "Moodle"), {"moodle"}),
        (("--status", "not_wanted"), {"unwanted"}),
        (("--status", "superseded"), set()),
    ],
)
def test_rows_are_listed_by_lms_and_kind(
    environment: dict[str, str], rows: dict[str, UUID], arguments: tuple[str, ...], names: set[str]
) -> None:
    found = told(outbox(environment, "list", *arguments, "--json"))
    items = found["items"]
    assert isinstance(items, list)
    assert {item["id"] for item in items} == {str(rows[name]) for name in names}


def test_a_list_that_is_cut_says_so(environment: dict[str, str], rows: dict[str, UUID]) -> None:
    assert "… and 2 more" in outbox(environment, "list", "--limit", "1").output


def test_what_is_dead_for_one_lms_is_sent_again(
    environment: dict[str, str], rows: dict[str, UUID], database: Session
) -> None:
    assert outbox(environment, "resend", "--all", "--platform", "Moodle").output == "1 put back\n"
    assert statuses(database) == {
        rows["moodle"]: "waiting", rows["unwanted"]: "not_wanted",
        rows["canvas"]: "dead", rows["gone"]: "dead",
    }  # fmt: skip


def test_what_was_not_wanted_goes_when_asked_for(
    environment: dict[str, str], rows: dict[str, UUID], database: Session
) -> None:
    issuer = database.scalars(select(Platform.issuer).where(Platform.name == "Moodle")).one()
    database.rollback()
    done = told(outbox(environment, "resend", "--all", "--platform", issuer, "--not-wanted", "--json"))
    assert len(str(done["requeued"]).split(",")) == 2
    assert statuses(database)[rows["unwanted"]] == "waiting"


def test_a_dry_run_changes_nothing(
    environment: dict[str, str], rows: dict[str, UUID], database: Session
) -> None:
    before = statuses(database)
    assert outbox(environment, "resend", "--all", "--dry-run").output == "3 would be put back\n"
    assert statuses(database) == before


def test_an_unknown_lms_is_refused_with_what_to_do(
    environment: dict[str, str], rows: dict[str, UUID]
) -> None:
    answer = outbox(environment, "resend", "--all", "--platform", "Nessuno")
    assert answer.exit_code == 1
    assert "coalizione platform list" in answer.output


@pytest.mark.parametrize("arguments", [(), (str(uuid4()), "--all"), (str(uuid4()), "--waiting")])
def test_what_to_send_must_be_said_once(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    assert outbox(environment, "resend", *arguments).exit_code == 2
