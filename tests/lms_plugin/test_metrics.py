"""/metrics: closed without a token, counted in the database, readable by Prometheus."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.protocol_state import FetchedKeySet
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner
from tests.factories.records import make_completion, make_outbox_item
from tests.lms_plugin.lti.fixtures import on_sqlite

TOKEN = "a-token-for-the-tests-only"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(environment: dict[str, str]) -> Iterator[Settings]:
    return read_settings(environment | {"COALIZIONE_METRICS_TOKEN": TOKEN})


def samples(text: str) -> dict[tuple[str, ...], float]:
    """(name, label values …) to value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_counts_what_the_tables_hold(client: FlaskClient, database: Session, now: datetime) -> None:
    with writing(database):
        platform = make_deployment(database).platform
        made = make_completion(database, make_learner(database), evidence=[])
        for status in ("waiting", "dead"):
            make_outbox_item(database, made, status=status)
        for minutes, code in ((1, ""), (2, ""), (3, "bad_signature"), (90, "bad_signature")):
            at = now - timedelta(minutes=minutes)
            database.add(LaunchReport(platform_id=platform.id, at=at, code=code))
        database.add(
            FetchedKeySet(
                jwks_url=platform.jwks_url,
                body="{}",
                attempted_at=now,
                fetched_at=now - timedelta(hours=1),
                fresh_until=now - timedelta(minutes=50),
            )
        )
    answer = client.get("/metrics", headers=BEARER)
    found = samples(answer.text)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert found["coalizione_launches_last_hour", "opened"] == 2
    assert found["coalizione_launches_last_hour", "bad_signature"] == 1
    assert sum(value for name, value in found.items() if name[0] == "coalizione_outbox_items") == 2
    assert found["coalizione_platforms", "active"] == 1
    assert found["coalizione_key_sets_failing",] == 1
    assert found["coalizione_access_tokens_missing",] == 0
    assert (found["coalizione_unsealed_days",], found["coalizione_sealing_overdue",]) == (0, 0)


def test_days_that_are_not_sealed_are_counted(client: FlaskClient, database: Session, now: datetime) -> None:
    with writing(database):
        make_learner(database).created_at = now - timedelta(days=2)
    found = samples(client.get("/metrics", headers=BEARER).text)
    assert (found["coalizione_unsealed_days",], found["coalizione_sealing_overdue",]) == (2, 1)
    assert found["coalizione_unsealed_seconds",] == timedelta(days=1, hours=9).total_seconds()


@on_sqlite
def test_openmetrics_is_written_for_who_asks_for_it(client: FlaskClient) -> None:
    asked = BEARER | {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client.get("/metrics", headers=asked)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert [*openmetrics.text_string_to_metric_families(answer.text)]


@on_sqlite
@pytest.mark.parametrize("header", ["", "Bearer wrong", f"Basic {TOKEN}x", "Bearer", "Bearer é"])
def test_a_wrong_token_learns_nothing(client: FlaskClient, header: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "coalizione_" not in answer.text


@on_sqlite
class TestWithoutToken:
    @pytest.fixture
    def settings(self, environment: dict[str, str]) -> Settings:
        return read_settings(environment)

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}])
    def test_there_is_no_such_page(self, client: FlaskClient, headers: dict[str, str]) -> None:
        assert client.get("/metrics", headers=headers).status_code == 404
