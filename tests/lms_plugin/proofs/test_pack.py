"""Packs verify anywhere with one file of Python; whatever is changed in one is named."""

import json
import random
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.people.learner import Learner
from lms_plugin.proofs.days import seal_due
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.pack_format import canonical
from lms_plugin.proofs.selection import NothingSealed, of_day, of_learner, of_record
from lms_plugin.proofs.tables import ProofLeaf
from lms_plugin.proofs.verifier import verifier_source
from lms_plugin.proofs.verify_pack import Verification
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.proofs.life import FRIDAY, SEALING, live, packed, repacked

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def learner(database: Session) -> Learner:
    one = live(database)
    seal_due(database, SEALING, FRIDAY)
    return database.get_one(Learner, one)


def test_packs_of_a_day_a_learner_and_a_record_are_sound(database: Session, learner: Learner) -> None:
    day = Verification(packed(database, of_day(WEDNESDAY)))
    assert (day.faults, day.counted.total(), list(day.days)) == ([], 4, ["2026-11-25", "2026-11-26"])
    theirs = Verification(packed(database, of_learner(learner)))
    kinds = [json.loads(line)["kind"] for line in theirs.files["records.jsonl"].splitlines()]
    assert theirs.faults == []
    assert {kind: kinds.count(kind) for kind in kinds}["learner"] == 1
    assert kinds.count("statement") >= 4, "their own, and the client's one that names them"
    for leaf in database.scalars(select(ProofLeaf)).all():
        one = Verification(packed(database, of_record(leaf.record_id)))
        assert (one.faults, one.counted.total()) == ([], 1)
    with pytest.raises(NothingSealed):
        packed(database, of_record(uuid4()))


def test_every_changed_byte_is_named(database: Session, learner: Learner) -> None:
    """A sample here; `bench/proofs.py` changes every single byte."""
    pack = packed(database, of_day(WEDNESDAY))
    chance = random.Random(20261125)
    headers = [
        at for at in range(len(pack)) if pack[at : at + 4] in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")
    ]
    places = {at + more for at in headers for more in range(30)} | {
        chance.randrange(len(pack)) for _ in range(150)
    }
    for at in sorted(place for place in places if place < len(pack)):
        changed = bytearray(pack)
        changed[at] ^= 1 << chance.randrange(8)
        assert Verification(bytes(changed)).faults, at
    assert Verification(pack[:-1]).faults
    assert Verification(pack + b"\x00").faults
    assert Verification(b"").faults


def test_a_changed_record_is_named_even_when_everything_around_it_was_made_to_fit(
    database: Session, learner: Learner
) -> None:
    pack = packed(database, of_day(WEDNESDAY))
    lines = Verification(pack).files["records.jsonl"].splitlines()
    said = json.loads(lines[1])
    said["content"]["verb"]["id"] = "http://adlnet.gov/expapi/verbs/passed"
    lines[1] = canonical(said)
    found = Verification(repacked(Verification(pack), "records.jsonl", b"\n".join(lines) + b"\n"))
    assert any(f"line 2 (statement {said['id']}): is not what was sealed" in fault for fault in found.faults)
    fewer = Verification(repacked(Verification(pack), "records.jsonl", b"\n".join(lines[2:]) + b"\n"))
    assert any("2 records of 4 sealed on 2026-11-25" in fault for fault in fewer.faults)


def test_another_name_or_person_is_named(database: Session, learner: Learner) -> None:
    pack = packed(database, of_day(WEDNESDAY))
    renamed = Verification(pack).files["records.jsonl"].replace(b"Anna", b"Olga")
    changed = Verification(repacked(Verification(pack), "records.jsonl", renamed))
    assert sum("is not what was sealed" in fault for fault in changed.faults) == 2


def test_evidence_that_does_not_follow_is_named(database: Session, learner: Learner) -> None:
    pack = packed(database, of_learner(learner))
    lines = Verification(pack).files["records.jsonl"].splitlines()
    second = next(line for line in lines if b'"sequence":2' in line)
    fewer = [line for line in lines if line != second]
    found = Verification(repacked(Verification(pack), "records.jsonl", b"\n".join(fewer) + b"\n"))
    assert any("rows before it are missing" in fault for fault in found.faults)


def test_a_record_twice_does_not_stand_for_another(database: Session, learner: Learner) -> None:
    pack = Verification(packed(database, of_day(WEDNESDAY)))
    lines = pack.files["records.jsonl"].splitlines()
    found = Verification(repacked(pack, "records.jsonl", b"\n".join([*lines[:-1], lines[0]]) + b"\n"))
    assert any("twice" in fault for fault in found.faults)
    assert any("3 records of 4 sealed" in fault for fault in found.faults)


@on_sqlite
def test_nonsense_is_named_and_stops_nothing(database: Session, learner: Learner) -> None:
    pack = Verification(packed(database, of_day(WEDNESDAY)))
    for content in (b"[" * 200_000 + b"\n", b'{"kind":"evidence"}\n', b"null\n", b"\xff\n"):
        for name in ("records.jsonl", "days.jsonl", "keys.json", "manifest.jws"):
            assert Verification(repacked(pack, name, content)).faults, (name, content[:20])


def test_keys_from_elsewhere_decide(database: Session, learner: Learner) -> None:
    pack = packed(database, of_day(WEDNESDAY))
    keys = canonical(proof_key_set(database))
    assert (Verification(pack, keys).faults, Verification(pack, keys).notes) == ([], [])
    assert any("--keys" in note for note in Verification(pack).notes)
    assert any("not signed" in fault for fault in Verification(pack, b'{"keys":[]}').faults)


def test_the_verifier_is_one_file_that_runs_alone(
    database: Session, learner: Learner, environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "pack.zip"
    asked = ["proof", "export", "--learner", "42", "--out", str(out), "--json"]
    done = CliRunner().invoke(main, asked, env=environment)
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(out) as pack:
        assert pack.testzip() is None
        assert pack.read("verify_pack.py").decode() == verifier_source()
        pack.extract("verify_pack.py", tmp_path)
    assert "lms_plugin" not in verifier_source()
    alone = [sys.executable, "-I", "verify_pack.py", "pack.zip"]
    sound = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (0, "sound"), sound
    out.write_bytes(out.read_bytes().replace(b'"percent\\":90', b'"percent\\":99'))
    wrong = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "WRONG records.jsonl, line" in wrong.stdout
    assert (
        subprocess.run([*alone[:3], "none.zip"], cwd=tmp_path, capture_output=True, check=False).returncode
        == 2
    )


def test_export_refuses_what_it_does_not_know(environment: dict[str, str], tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        out = ["--out", str(tmp_path / "pack.zip")]
        done = CliRunner().invoke(main, ["proof", "export", *arguments, *out], env=environment)
        return done.exit_code, done.output

    assert run("--learner", "nobody")[0] == 1
    assert "ten minutes after its end" in run(str(uuid4()))[1]
    assert run()[0] == 2
    assert list(tmp_path.glob("*.zip")) == []
