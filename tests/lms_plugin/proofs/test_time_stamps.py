"""A time-stamping authority (`openssl ts`, over HTTP) witnesses the newest day; what it says is checked."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.outbound import Outbound, OutboundRefused
from lms_plugin.proofs.checking import check_proofs
from lms_plugin.proofs.jobs import ProofJob
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.pack_format import canonical, sha256, verified_payload
from lms_plugin.proofs.selection import of_day
from lms_plugin.proofs.tables import ProofDay
from lms_plugin.proofs.time_stamp_token import TimeStampWrong, check_token
from lms_plugin.proofs.time_stamping import time_stamp, token_in
from lms_plugin.proofs.verify_pack import Verification
from lms_plugin.settings import read_settings
from lms_plugin.storage import session_factory, writing
from tests.conftest import SECRET
from tests.lms_plugin.proofs.life import FRIDAY, WEDNESDAY, live, packed
from tests.services.time_stamping import time_stamping_authority

DIGEST = hashlib.sha256(b"a day").digest()


def test_the_newest_day_is_stamped_once_and_the_pack_says_so(
    database: Session, environment: dict[str, str], client: FlaskClient, tmp_path: Path
) -> None:
    assert client.get("/xapi/proof/head.json").status_code == 404
    live(database)
    with time_stamping_authority(tmp_path) as url:
        job = ProofJob(read_settings({**environment, "COALIZIONE_TSA_URL": url}))
        sessions = session_factory(database.get_bind())  # type: ignore[arg-type]
        job.run(sessions, FRIDAY)
        database.rollback()
        stamped = database.scalars(select(ProofDay.day).where(ProofDay.time_stamp.is_not(None))).all()
        assert [day.isoformat() for day in stamped] == ["2026-11-26"]
        before = database.scalar(select(ProofDay.time_stamp).where(ProofDay.day == stamped[0]))
        job.run(sessions, FRIDAY + timedelta(minutes=10))
        database.rollback()
        assert database.scalar(select(ProofDay.time_stamp).where(ProofDay.day == stamped[0])) == before
    pack = Verification(packed(database, of_day(WEDNESDAY.date())))
    assert pack.faults == []
    assert "Autorità di prova" in pack.notes[0]
    keys = client.get("/xapi/proof/jwks.json").get_json()
    assert keys == proof_key_set(database)
    head = client.get("/xapi/proof/head.json").get_json()
    assert verified_payload(head["signature"], {key["kid"]: key for key in keys["keys"]}) == canonical(
        head["header"]
    )
    assert head["hash"] == sha256(canonical(head["header"]))
    with writing(database):
        newest = database.get_one(ProofDay, stamped[0])
        newest.time_stamp = (newest.time_stamp or b"")[:-1] + b"\x00"
    assert [one.what for one in check_proofs(database, SECRET).wrong] == ["day 2026-11-26"]


def test_what_an_authority_says_is_not_taken_on_trust(tmp_path: Path) -> None:
    with time_stamping_authority(tmp_path) as url:
        token = time_stamp(Outbound(frozenset({"localhost"})), url, DIGEST)
        with pytest.raises(OutboundRefused):
            time_stamp(Outbound(), url, DIGEST)
    reply = (tmp_path / "reply").read_bytes()
    with pytest.raises(TimeStampWrong, match="another request"):
        token_in(reply, DIGEST, 1)
    with pytest.raises(TimeStampWrong, match="other bytes"):
        check_token(token, hashlib.sha256(b"another day").digest())
    with pytest.raises(TimeStampWrong, match="refused"):
        token_in(b"\x30\x05\x30\x03\x02\x01\x02", DIGEST, 1)
    for rubbish in (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", token[:-40], token[:40], b"\x00" * 50):
        with pytest.raises(TimeStampWrong):
            check_token(rubbish, DIGEST)
    changed = bytearray(token)
    changed[token.index(DIGEST) + 40] ^= 1
    with pytest.raises(TimeStampWrong):
        check_token(bytes(changed), DIGEST)


def test_an_authority_that_is_down_stops_no_sealing(
    database: Session, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    live(database)
    job = ProofJob(read_settings({**environment, "COALIZIONE_TSA_URL": "http://localhost:1/"}))
    job.run(session_factory(database.get_bind()), FRIDAY)  # type: ignore[arg-type]
    assert len(database.scalars(select(ProofDay)).all()) == 4
    assert "asked again at the next round" in caplog.text
