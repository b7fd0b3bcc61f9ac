"""/livez tells that the process answers, /readyz what does not work, both without secrets."""

from datetime import datetime, timedelta
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.storage import writing
from tests.factories.people import make_learner


def test_live_process_says_so(client: FlaskClient) -> None:
    assert client.get("/livez").text == "ok\n"


def test_ready_lists_every_part(client: FlaskClient) -> None:
    answer = client.get("/readyz", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert set(answer.get_json()["parts"]) == {
        "database",
        "migrations",
        "queue",
        "lrs_targets",
        "sealing",
        "video_platform",
    }


def test_unmigrated_database_is_not_ready_and_tells_what_to_run(
    client: FlaskClient, database: Session
) -> None:
    with writing(database):
        database.execute(text("DELETE FROM alembic_version"))
    answer = client.get("/readyz", headers={"Accept": "text/plain"})
    assert answer.status_code == 503
    assert "coalizione migrate" in answer.text


def test_queue_that_nobody_works_on_is_reported(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    waiting = OutboxItem(
        id=uuid4(), target="ags", lane=uuid4(), completion_id=uuid4(), payload="{}",
        created_at=now, due_at=now - timedelta(minutes=7),
    )  # fmt: skip
    with writing(database):
        database.add(waiting)
    part = client.get("/readyz").get_json()["parts"]["queue"]
    assert part == {"ok": False, "detail": "oldest delivery due for 420 s"}


def test_days_that_should_long_be_sealed_are_reported(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    with writing(database):
        make_learner(database).created_at = now - timedelta(days=2)
    part = client.get("/readyz").get_json()["parts"]["sealing"]
    assert part == {"ok": False, "detail": "2 days not sealed since 2026-11-21"}


def test_target_that_is_down_does_not_stop_the_pages(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    down = ForwardingTarget(
        name="Regione", url="https://lrs.example/xapi", key="k", sealed_secret=b"must not show",
        version="1.0.3", created_at=now, status_at=now, failing_since=now - timedelta(minutes=3),
    )  # fmt: skip
    with writing(database):
        database.add(down)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    part = answer.get_json()["parts"]["lrs_targets"]
    assert part == {"ok": False, "detail": "0 of 1 get everything"}
    assert "must not show" not in answer.text
