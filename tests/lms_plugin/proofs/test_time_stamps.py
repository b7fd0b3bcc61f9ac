"""A time-stamping authority (`openssl ts`, over HTTP) witnesses the newest day; what it says is checked."""

import contextlib
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import ConfigurationError
from lms_plugin.outbound import Outbound, OutboundRefused
from lms_plugin.proofs.checking import check_proofs
from lms_plugin.proofs.jobs import ProofJob
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.pack_format import canonical, sha256, verified_payload
from lms_plugin.proofs.selection import of_day
from lms_plugin.proofs.tables import ProofDay
from lms_plugin.proofs.time_stamp_token import Stamped, TimeStampWrong, check_token
from lms_plugin.proofs.time_stamp_trust import require_trusted
from lms_plugin.proofs.time_stamping import time_stamp, token_in, trusted_roots
from lms_plugin.proofs.verify_pack import Verification
from lms_plugin.settings import read_settings
from lms_plugin.storage import session_factory, writing
from tests.conftest import SECRET
from tests.lms_plugin.proofs.life import FRIDAY, WEDNESDAY, live, packed
from tests.services.time_stamping import certificate, time_stamping_authority

DIGEST = hashlib.sha256(b"a day").digest()


def test_the_newest_day_is_stamped_once_and_the_pack_says_so(
    database: Session, environment: dict[str, str], client: FlaskClient, tmp_path: Path
) -> None:
    assert client.get("/xapi/proof/head.json").status_code == 404
    live(database)
    with time_stamping_authority(tmp_path) as url:
        root = str(tmp_path / "root.pem")
        chosen = {"COALIZIONE_TSA_URL": url, "COALIZIONE_TSA_ROOTS": root}
        job = ProofJob(read_settings({**environment, **chosen}))
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
    assert "Autorità di prova (not checked: give the root" in pack.notes[0]
    roots = trusted_roots(tmp_path / "root.pem")
    checked = Verification(packed(database, of_day(WEDNESDAY.date())), roots=roots)
    assert (checked.faults, checked.notes[0][-17:]) == ([], "Autorità di prova")
    (note,) = check_proofs(database, SECRET).notes
    assert "COALIZIONE_TSA_ROOTS names no root" in note.reason
    assert check_proofs(database, SECRET, roots).notes == ()
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


def ways() -> dict[str, tuple[list[x509.Certificate], x509.Certificate, bool]]:
    """Certificates of a token, the signer's first; a root; whether the one leads to the other."""
    root, middle, end, stranger = (ec.generate_private_key(ec.SECP256R1()) for _one in range(4))
    top = certificate("R", "R", root, root, can_issue=True)
    between = certificate("M", "R", middle, root, can_issue=True)
    signer = certificate("E", "M", end, middle)
    others = certificate("R", "R", stranger, stranger, can_issue=True)
    none = certificate("M", "R", middle, root)
    old = certificate("M", "R", middle, root, can_issue=True, days=(-9, -5))
    short = certificate("R", "R", root, root, can_issue=True, longest=0)
    return {
        "by an authority in between": ([signer, between], top, True),
        "itself the root": ([signer], signer, True),
        "root sent along": ([signer, between, top], top, True),
        "nobody in between": ([signer], top, False),
        "another root of the same name": ([signer, between], others, False),
        "root of its own sent along": ([signer, between, top], others, False),
        "issued by who may not": ([signer, none], top, False),
        "expired when it stamped": ([signer, old], top, False),
        "longer than the root allows": ([signer, between], short, False),
        "very many": ([signer, between] * 11, top, False),
    }


@pytest.mark.parametrize("way", ways())
def test_authority_is_trusted_when_it_leads_to_a_root_of_ours(way: str) -> None:
    certificates, root, trusted = ways()[way]
    at = datetime.now(UTC).strftime("%Y%m%d%H%M%S.5Z")
    stamped = Stamped(at, None, "E", tuple(certificates))
    with contextlib.nullcontext() if trusted else pytest.raises(TimeStampWrong):
        require_trusted(stamped, [root])


def test_stamp_of_an_authority_that_we_do_not_trust_is_not_kept(
    database: Session, environment: dict[str, str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    live(database)
    key = ec.generate_private_key(ec.SECP256R1())
    other = certificate("Altra", "Altra", key, key, can_issue=True)
    (tmp_path / "other.pem").write_bytes(other.public_bytes(serialization.Encoding.PEM))
    with time_stamping_authority(tmp_path) as url:
        chosen = {"COALIZIONE_TSA_URL": url, "COALIZIONE_TSA_ROOTS": str(tmp_path / "other.pem")}
        job = ProofJob(read_settings({**environment, **chosen}))
        for hours in (0, 7, 8):
            job.run(session_factory(database.get_bind()), FRIDAY + timedelta(hours=hours))  # type: ignore[arg-type]
    assert "leads to no root that is trusted" in caplog.text
    assert caplog.text.count("no time stamp since") == 1
    assert not database.scalars(select(ProofDay).where(ProofDay.time_stamp.is_not(None))).all()


def test_roots_that_are_no_certificates_are_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "odd.pem").write_text("odd")
    for file, words in (("odd.pem", "PEM file"), ("none.pem", "there is no file")):
        with pytest.raises(ConfigurationError, match=words):
            ProofJob(read_settings({**environment, "COALIZIONE_TSA_ROOTS": str(tmp_path / file)}))


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
