"""The page of sealed days: what is late, and what is said of time stamps."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms_plugin.proofs.days import seal_due
from lms_plugin.proofs.tables import ProofDay, ProofKey
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import writing
from tests.factories.people import make_learner
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.proofs.life import SEALING, key

pytestmark = pytest.mark.usefixtures("administrator")
PAGE = "/administration/seals"


def sealed_until(database: Session, moment: datetime) -> None:
    """Something happened five days before; every day that was over at the moment is sealed."""
    with writing(database):
        make_learner(database).created_at = moment - timedelta(days=5)
        database.add(ProofKey(**key()))
    seal_due(database, SEALING, moment)


def test_it_tells_what_is_sealed_and_what_is_late(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    assert "Nessuno finora" in client.get(PAGE).text
    sealed_until(database, now)
    page = client.get(PAGE).text
    assert "Tutti i giorni conclusi sono sigillati" in page
    assert page.count("Impronta:") == 5
    assert "Nessuna: COALIZIONE_TSA_URL" in page


def test_late_seals_are_told_there_and_above_the_register(
    client: FlaskClient, database: Session, now: datetime
) -> None:
    sealed_until(database, now - timedelta(days=2))
    for path in (PAGE, "/secretariat/records"):
        page = client.get(path).text
        assert "2 giorni conclusi non sono ancora sigillati, dal 21 novembre 2026." in page
        assert "nessuna transazione resti aperta" in page


@on_sqlite
class TestWithAnAuthority:
    @pytest.fixture(params=[False, True])
    def settings(
        self, request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path
    ) -> Settings:
        roots = tmp_path / "roots.pem"
        roots.write_text("read by the worker only")
        stamps = {"COALIZIONE_TSA_URL": "https://tsa.example"}
        rooted = {"COALIZIONE_TSA_ROOTS": str(roots)} if request.param else {}
        return read_settings(environment | stamps | rooted)

    def test_it_tells_whether_the_authority_was_checked_and_since_when_it_is_silent(
        self, client: FlaskClient, database: Session, now: datetime, settings: Settings
    ) -> None:
        sealed_until(database, now - timedelta(hours=7))
        page = client.get(PAGE).text
        assert "Dal 23 novembre 2026, ore 03:00 nessuna marca temporale" in page
        said = "Controllato fino ai certificati radice" if settings.tsa_roots else "Non controllato"
        assert said in page
        with writing(database):
            database.execute(update(ProofDay).where(ProofDay.number == 5).values(time_stamp=b"a stamp"))
        page = client.get(PAGE).text
        assert "nessuna marca temporale" not in page
        assert "Con marca temporale" in page
