"""A delivery of a record sent again, by whoever may."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Placement, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.records.completion import Completion
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.factories.records import make_attempt, make_completion, make_outbox_item
from tests.lms_plugin.secretariat.conftest import SignIn

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def learner(database: Session) -> Learner:
    with writing(database):
        return make_learner(database, "Maria Rossi")


@pytest.fixture
def module(database: Session, learner: Learner) -> Completion:
    with writing(database):
        return make_completion(database, learner)


def address(completion: Completion, end: str = "") -> str:
    return f"/secretariat/records/{completion.id}{end}"


@pytest.fixture
def stuck(database: Session, learner: Learner) -> tuple[Completion, OutboxItem]:
    """A record whose score an LMS has refused, behind a link of some deployment."""
    with writing(database):
        placement = make_placement(database, learner, make_deployment(database))
        completion = make_completion(database, learner, placement=placement)
        item = make_outbox_item(database, completion, status="dead")
        make_attempt(database, item.id, "dead", 403, "no")
    return completion, item


def status_of(database: Session, item: OutboxItem) -> str:
    database.rollback()
    return database.get_one(OutboxItem, item.id, populate_existing=True).status


def test_secretary_has_a_refused_score_sent_again(
    client: FlaskClient, database: Session, stuck: tuple[Completion, OutboxItem], sign_in: SignIn
) -> None:
    completion, item = stuck
    sign_in()
    assert "Invia di nuovo" in client.get(address(completion)).text
    answer = client.post(address(completion, f"/deliveries/{item.id}/resend"))
    assert answer.status_code == 303
    assert status_of(database, item) == "waiting"
    page = client.get(answer.location).text
    assert "l&#39;invio riparte subito" in page or "l'invio riparte subito" in page
    again = client.post(address(completion, f"/deliveries/{item.id}/resend"))
    assert again.status_code == 303  # it waits: asking once more does no harm


def test_auditor_sees_and_sends_nothing(
    client: FlaskClient, database: Session, stuck: tuple[Completion, OutboxItem], sign_in: SignIn
) -> None:
    completion, item = stuck
    sign_in(Role.AUDITOR)
    assert "Invia di nuovo" not in client.get(address(completion)).text
    assert client.post(address(completion, f"/deliveries/{item.id}/resend")).status_code == 403
    assert status_of(database, item) == "dead"


def test_lms_administrator_reaches_the_own_deployment_only(
    client: FlaskClient, database: Session, stuck: tuple[Completion, OutboxItem], sign_in: SignIn
) -> None:
    completion, item = stuck
    own = database.scalars(
        select(ResourceLink.deployment_id).join(Placement).where(Placement.id == item.lane)
    ).one()
    with writing(database):
        other = make_deployment(database).id
    sign_in(Role.LMS_ADMINISTRATOR, other)
    assert client.post(address(completion, f"/deliveries/{item.id}/resend")).status_code == 404
    sign_in(Role.LMS_ADMINISTRATOR, own)
    assert client.post(address(completion, f"/deliveries/{item.id}/resend")).status_code == 303


def test_delivery_of_another_record_is_not_there(
    client: FlaskClient,
    database: Session,
    stuck: tuple[Completion, OutboxItem],
    module: Completion,
    sign_in: SignIn,
) -> None:
    sign_in()
    assert client.post(address(module, f"/deliveries/{stuck[1].id}/resend")).status_code == 404
    assert status_of(database, stuck[1]) == "dead"
