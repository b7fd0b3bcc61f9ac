"""The pages of our keys and of a platform's roles."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.key_rotation import NOTICE, keep_keys
from lms_plugin.lti.platform import Deployment
from lms_plugin.lti.protocol_state import ToolKey
from lms_plugin.lti.role_overrides import RoleOverride
from lms_plugin.lti.sealing import Sealer
from lms_plugin.storage import writing
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti.fixtures import on_sqlite

pytestmark = pytest.mark.usefixtures("administrator")
STAFF = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"


def signing(database: Session) -> str:
    """Name of the key that signs."""
    database.rollback()
    return database.scalars(select(ToolKey.kid).where(ToolKey.status == "active")).one()


def seen(client: FlaskClient) -> dict[str, str]:
    """The form of the button «Ruota adesso»."""
    page = client.get("/administration/keys").text
    found = re.search(r'name="signed" value="(\w*)"', page)
    assert found
    return {"signed": found[1]}


def test_rotating_from_the_page(client: FlaskClient, database: Session, clock: Clock) -> None:
    keep_keys(database, SECRET, clock() - NOTICE)
    before, form = signing(database), seen(client)
    answer = client.post("/administration/keys/rotate", data=form)
    assert "Rotazione completata" in client.get(answer.location).text
    after = signing(database)
    assert after != before
    # A second click, or another administrator who saw the same page.
    assert "done=already_rotated" in client.post("/administration/keys/rotate", data=form).location
    assert signing(database) == after


def test_a_next_key_that_lmss_cannot_know_yet_is_asked_about(
    client: FlaskClient, database: Session, clock: Clock
) -> None:
    keep_keys(database, SECRET, clock())
    before, form = signing(database), seen(client)
    asked = client.post("/administration/keys/rotate", data=form)
    assert asked.status_code == 409
    assert "fino al 25 novembre 2026, ore 10:00" in asked.text
    assert signing(database) == before
    client.post("/administration/keys/rotate", data=form | {"force": "yes"})
    assert signing(database) != before


def test_a_stolen_key_is_taken_away_but_never_the_one_that_signs(
    client: FlaskClient, database: Session, clock: Clock
) -> None:
    keep_keys(database, SECRET, clock() - NOTICE)
    old = signing(database)
    client.post("/administration/keys/rotate", data=seen(client))
    answer = client.post(f"/administration/keys/{old}/retire")
    assert "non è più pubblicata" in client.get(answer.location).text
    assert old not in client.get("/lti/jwks.json").text
    assert client.post(f"/administration/keys/{signing(database)}/retire").status_code == 409
    assert client.post("/administration/keys/nobody/retire").status_code == 404


@on_sqlite
def test_a_changed_secret_is_said_on_the_page(client: FlaskClient, database: Session, clock: Clock) -> None:
    keep_keys(database, SECRET, clock() - timedelta(days=3))
    with writing(database):
        sealed = Sealer("another secret, long enough as well", "tool keys").seal(b"x")
        database.execute(update(ToolKey).values(private_pem=sealed))
    assert "La chiave in uso non si apre" in client.get("/administration/keys").text
    assert client.post("/administration/keys/rotate", data=seen(client)).status_code == 303
    assert "La chiave in uso non si apre" not in client.get("/administration/keys").text


@on_sqlite
def test_no_key_yet_is_no_dead_end(client: FlaskClient) -> None:
    assert "Nessuna finora" in client.get("/administration/keys").text
    assert client.post("/administration/keys/rotate", data={"signed": ""}).status_code == 409
    assert client.get("/administration/keys").text.count("plain-card-title") == 2


def test_a_role_is_added_changed_and_taken_away(
    client: FlaskClient, database: Session, deployment: Deployment
) -> None:
    address = f"/administration/platforms/{deployment.platform_id}/roles"
    for part, place in (("trainer", ""), ("observer", ""), ("learner", str(deployment.id))):
        answer = client.post(address, data={"role": f" {STAFF} ", "part": part, "deployment": place})
        assert "Ruolo salvato" in client.get(answer.location).text
    database.rollback()
    kept = database.scalars(select(RoleOverride).order_by(RoleOverride.part)).all()
    assert [(one.role, one.part, one.deployment_id) for one in kept] == [
        (STAFF, "learner", deployment.id),
        (STAFF, "observer", None),
    ]
    client.post(f"{address}/{kept[0].id}/delete")
    assert "done=unchanged" in client.post(f"{address}/{kept[0].id}/delete").location
    database.rollback()
    assert len(database.scalars(select(RoleOverride.id)).all()) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("role", "part", "place"),
    [
        (STAFF, "administrator", ""),
        (STAFF, "secretary", ""),
        (STAFF, "", ""),
        ("", "learner", ""),
        ("x" * 501, "learner", ""),
        (STAFF, "learner", "00000000-0000-4000-8000-000000000000"),
    ],
)
def test_a_role_never_becomes_staff_nor_anything_unknown(
    client: FlaskClient, database: Session, deployment: Deployment, role: str, part: str, place: str
) -> None:
    address = f"/administration/platforms/{deployment.platform_id}/roles"
    answer = client.post(address, data={"role": role, "part": part, "deployment": place})
    assert answer.status_code == 400
    assert "Controlla questi valori" in answer.text
    assert database.scalars(select(RoleOverride.id)).all() == []
