"""What an administrator sees and does about platforms and deployments, and that nobody else can."""

import logging
import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, true, update
from sqlalchemy.orm import Session

from lms_plugin.connecting.words import TABLES
from lms_plugin.extensions import db
from lms_plugin.lti.known import table_of
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.removal import RECORDS, _conditions
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import STAFF_ROLES, Role
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.factories.records import make_evidence
from tests.lms_plugin.connecting.conftest import EMAIL
from tests.lms_plugin.lti.fixtures import on_sqlite

pytestmark = pytest.mark.usefixtures("administrator")


def fresh(database: Session, platform_id: UUID) -> Platform:
    """The platform as it is in the database by now."""
    database.rollback()
    database.expire_all()
    return database.get_one(Platform, platform_id)


def of(deployment: Deployment, rest: str = "") -> str:
    """Address of the deployment's platform."""
    return f"/administration/platforms/{deployment.platform_id}{rest}"


def own(deployment: Deployment, rest: str) -> str:
    """Address of something of the deployment itself."""
    return of(deployment, f"/deployments/{deployment.id}{rest}")


def facts(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """What was logged about administrators."""
    return [record.facts for record in caplog.records if record.name == "coalizione.administration"]  # type: ignore[attr-defined]


def test_the_list_tells_status_use_and_product(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        waiting = make_deployment(database, "Canvas della Regione").platform
        waiting.status, waiting.product_family = "pending", "canvas"
        make_placement(database, make_learner(database), deployment)
    page = client.get("/administration/platforms").text
    assert page.index("Canvas della Regione") < page.index("Moodle del Comune")
    assert "In attesa di approvazione" in page
    assert "Prodotto: canvas" in page
    assert "23 novembre 2026, ore 10:00" in page


def test_the_page_of_a_platform_tells_every_value(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        for _ in range(2):
            make_placement(database, make_learner(database), deployment)
    page = client.get(of(deployment)).text
    platform = fresh(database, deployment.platform_id)
    for value in (platform.issuer, platform.client_id, platform.auth_login_url, platform.jwks_url):
        assert value in page
    assert "2 persone, 0 corsi, 2 collegamenti" in page
    assert "Corso sindaci" in page


@on_sqlite
def test_as_many_questions_for_many_platforms_as_for_one(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        make_placement(database, make_learner(database), deployment)
    counts = [questions(client) for _ in range(2)]
    with writing(database):
        for _ in range(5):
            make_placement(database, make_learner(database), make_deployment(database))
    assert questions(client) == counts[1]


def questions(client: FlaskClient) -> int:
    """How many statements the list needs."""
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    client.get("/administration/platforms")
    event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def test_a_waiting_registration_is_approved_once(
    client: FlaskClient, database: Session, deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(database):
        fresh(database, deployment.platform_id).status = "pending"
    caplog.set_level(logging.INFO)
    answer = client.post(of(deployment, "/status"), data={"verb": "approve"})
    assert answer.status_code == 303
    assert "Approvazione registrata" in client.get(answer.location).text
    platform = fresh(database, deployment.platform_id)
    assert platform.status == "active"
    assert platform.approved_at is not None
    again = client.post(of(deployment, "/status"), data={"verb": "approve"})
    assert "done=unchanged" in again.location
    [line] = facts(caplog)
    assert (line["who"], line["what"], line["client_id"]) == (EMAIL, "approve platform", platform.client_id)


def test_a_parked_deployment_is_approved_from_the_page(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        database.get_one(Deployment, deployment.id).status = "pending"
    assert "In attesa di approvazione" in client.get(of(deployment)).text
    client.post(own(deployment, "/status"), data={"verb": "approve"})
    assert fresh(database, deployment.platform_id).deployments[0].status == "active"


@pytest.mark.parametrize("address", [of, own])
def test_suspending_and_resuming(
    client: FlaskClient, database: Session, deployment: Deployment, address: Callable[..., str]
) -> None:
    def status() -> set[str]:
        platform = fresh(database, deployment.platform_id)
        return {platform.status, platform.deployments[0].status}

    client.post(address(deployment, "/status"), data={"verb": "suspend"})
    assert status() == {"active", "suspended"}
    refused = client.post(address(deployment, "/status"), data={"verb": "approve"})
    assert refused.status_code == 409
    client.post(address(deployment, "/status"), data={"verb": "resume"})
    assert status() == {"active"}


def test_a_registration_that_was_never_approved_waits_again_after_a_suspension(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        fresh(database, deployment.platform_id).status = "pending"
    for verb in ("suspend", "resume"):
        client.post(of(deployment, "/status"), data={"verb": verb})
    assert fresh(database, deployment.platform_id).status == "pending"


def form(client: FlaskClient, deployment: Deployment) -> dict[str, str]:
    """The values of the form as it is shown."""
    page = client.get(of(deployment, "/edit")).text
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    return {name: found[name] for name in found if name != "csrf_token"} | {"extra_origins": ""}


def test_addresses_are_changed_and_checked(
    client: FlaskClient, database: Session, deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    values = form(client, deployment)
    wrong = values | {"jwks_url": "http://10.0.0.1/jwks", "name": " ", "extra_origins": "https://x.it/path"}
    refused = client.post(of(deployment, "/edit"), data=wrong)
    assert refused.status_code == 400
    for words in ("deve iniziare con https://", "Scrivi un nome.", "Scrivi una o più origini"):
        assert words in refused.text
    assert 'value="http://10.0.0.1/jwks"' in refused.text
    assert facts(caplog) == []
    right = values | {
        "auth_login_url": "https://new.example/auth",
        "extra_origins": "https://Scuola.example:8443\n",
    }
    assert "done=edited" in client.post(of(deployment, "/edit"), data=right).location
    platform = fresh(database, deployment.platform_id)
    assert platform.auth_login_url == "https://new.example/auth"
    assert platform.extra_origins == "https://scuola.example:8443"
    assert facts(caplog)[0]["changed"] == ["auth_login_url", "extra_origins"]


def test_two_administrators_do_not_overwrite_each_other(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    mine = theirs = form(client, deployment)
    client.post(of(deployment, "/edit"), data=theirs | {"name": "Il loro nome"})
    conflict = client.post(of(deployment, "/edit"), data=mine | {"name": "Il mio nome"})
    assert conflict.status_code == 409
    assert "Il loro nome" in conflict.text
    assert 'value="Il mio nome"' in conflict.text
    assert fresh(database, deployment.platform_id).name == "Il loro nome"


def test_a_deployment_gets_a_name(client: FlaskClient, database: Session, deployment: Deployment) -> None:
    assert client.post(own(deployment, "/name"), data={"name": "\n"}).status_code == 400
    client.post(own(deployment, "/name"), data={"name": "Comune di Siracusa"})
    assert fresh(database, deployment.platform_id).deployments[0].name == "Comune di Siracusa"


def test_deleting_says_what_goes_and_wants_the_name(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        make_placement(database, make_learner(database), deployment)
    assert "Prima va sospesa" in client.get(of(deployment, "/delete")).text
    assert client.post(of(deployment, "/delete"), data={"name": "Moodle del Comune"}).status_code == 409
    client.post(of(deployment, "/status"), data={"verb": "suspend"})
    page = client.get(of(deployment, "/delete")).text
    assert "persone che sono entrate solo da qui, con nome ed e-mail: <strong>1</strong>" in page
    assert client.post(of(deployment, "/delete"), data={"name": "Moodle"}).status_code == 400
    answer = client.post(of(deployment, "/delete"), data={"name": "Moodle del Comune"})
    assert "Eliminazione completata" in client.get(answer.location).text
    database.rollback()
    assert database.scalars(select(Platform.id)).all() == []


def test_records_keep_a_platform_from_being_deleted(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    with writing(database):
        learner = make_learner(database)
        make_placement(database, learner, deployment)
        make_evidence(database, learner)
        fresh_platform = database.get_one(Platform, deployment.platform_id)
        fresh_platform.status = "suspended"
    page = client.get(of(deployment, "/delete")).text
    assert "Non si può eliminare" in page
    assert 'name="name"' not in page
    assert client.post(of(deployment, "/delete"), data={"name": "Moodle del Comune"}).status_code == 409
    assert fresh(database, deployment.platform_id).status == "suspended"


def test_a_deployment_is_deleted_alone(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    client.post(own(deployment, "/status"), data={"verb": "suspend"})
    assert client.post(own(deployment, "/delete"), data={"name": "Corso sindaci"}).status_code == 303
    assert fresh(database, deployment.platform_id).deployments == []


@on_sqlite
def test_what_does_not_exist_is_said_so(client: FlaskClient, deployment: Deployment) -> None:
    assert client.get(f"/administration/platforms/{uuid4()}").status_code == 404
    assert (
        client.post(of(deployment, f"/deployments/{uuid4()}/status"), data={"verb": "suspend"}).status_code
        == 404
    )
    assert client.post(of(deployment, "/status"), data={"verb": "explode"}).status_code == 400


@on_sqlite
@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.ADMINISTRATOR}))
def test_others_of_the_staff_are_told_who_may(
    client: FlaskClient, sign_in: Callable[[Role], None], deployment: Deployment, role: Role
) -> None:
    sign_in(role)
    answer = client.get(of(deployment))
    assert answer.status_code == 403
    assert "le cura chi amministra il servizio" in answer.text
    assert "/administration" not in client.get("/secretariat/records").text


@on_sqlite
def test_administrators_find_the_room_from_the_register(client: FlaskClient) -> None:
    assert 'href="/administration/platforms"' in client.get("/secretariat/records").text
    assert client.get("/administration/").location == "/administration/platforms"


def test_every_table_that_a_deletion_reaches_has_words() -> None:
    reached = _conditions({table_of(Platform): true(), table_of(Learner): true()}, {})
    roots = {"platforms", *RECORDS}
    assert {table.name for table in reached} - roots <= set(TABLES)


@on_sqlite
def test_a_cloud_that_hides_the_schools_host_is_said_until_the_host_is_added(
    administrator: FlaskClient, deployment: Deployment, database: Session
) -> None:
    address, words = f"/administration/platforms/{deployment.platform_id}", "instructure.com. Finché"
    assert words not in administrator.get(address).text
    for extra_origins, said in (("", True), ("https://ente.instructure.com", False)):
        with writing(database):
            changed = {"issuer": "https://canvas.instructure.com", "extra_origins": extra_origins}
            database.execute(update(Platform).values(changed))
        assert (words in administrator.get(address).text) is said
