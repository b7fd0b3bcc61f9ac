"""Days are sealed once nothing can be added, chained and signed; whatever is changed later is found."""

import json
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, event, func, select, text, update
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.proofs import days
from lms_plugin.proofs.checking import check_proofs
from lms_plugin.proofs.days import seal_due, settled_until
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.pack_format import verified_payload
from lms_plugin.proofs.tables import ProofDay, ProofKey, ProofLeaf
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.replay import replay
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_unlocking import statements_unlocked
from lms_plugin.storage import session_factory, writing
from tests.conftest import SECRET
from tests.lms_plugin.proofs.life import ANNA, FRIDAY, MONDAY, SEALING, WEDNESDAY, live, said_by, store
from tests.services.learning import add_learner


@pytest.fixture
def sealed(database: Session) -> Session:
    live(database)
    seal_due(database, SEALING, FRIDAY)
    return database


def faults(database: Session) -> list[str]:
    database.rollback()
    database.expire_all()
    return [f"{one.what}: {one.reason}" for one in check_proofs(database, SECRET).wrong]


def test_every_day_is_sealed_in_turn_and_signed(sealed: Session) -> None:
    rows = sealed.scalars(select(ProofDay).order_by(ProofDay.number)).all()
    assert [row.day.isoformat() for row in rows] == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
    assert [row.leaves > 0 for row in rows] == [True, False, True, False]
    keys = {key["kid"]: key for key in proof_key_set(sealed)["keys"]}
    header = json.loads(verified_payload(rows[2].signature, keys))
    assert header["previous"] == rows[1].header_hash
    assert sum(row.leaves for row in rows) == sealed.scalar(select(func.count()).select_from(ProofLeaf))
    assert faults(sealed) == []
    assert seal_due(sealed, SEALING, FRIDAY) == [], "sealing again does nothing"


def test_a_day_is_not_sealed_before_it_is_settled(database: Session) -> None:
    live(database)
    end = days.begin_of(date(2026, 11, 24))
    assert seal_due(database, SEALING, end + timedelta(minutes=9)) == []
    assert seal_due(database, SEALING, end + timedelta(minutes=11)) == [date(2026, 11, 23)]


def test_an_installation_without_records_has_no_days(database: Session) -> None:
    assert seal_due(database, SEALING, FRIDAY) == []


def test_an_open_writer_keeps_its_day_open(engine: Engine, database: Session) -> None:
    """On PostgreSQL by what the server knows; SQLite has one writer, who waits for 15 seconds at most."""
    if engine.dialect.name == "sqlite":
        pytest.skip("its writers cannot be open for ten minutes")
    now = database.scalar(select(func.now()))
    assert now is not None
    database.rollback()
    with engine.begin() as writer:
        writer.execute(text("SELECT pg_current_xact_id()"))
        assert settled_until(database, now + timedelta(hours=5)) < now
    database.rollback()
    assert settled_until(database, now + timedelta(hours=5)) > now


CHANGES = {
    "the actor of a statement": (
        update(Statement)
        .where(Statement.origin == "client")
        .values(body=func.replace(Statement.body, "anna@", "olga@")),
        "names somebody other",
    ),
    "the verb of a statement": (
        update(Statement).values(body=func.replace(Statement.body, "verbs/completed", "verbs/attended")),
        "is not what was sealed",
    ),
    "whose evidence it is": (update(Learner).values(account_name="43"), "names somebody other"),
    "a statement that is gone": (
        delete(Statement).where(Statement.body.contains("elsewhere.example/2")),
        "is gone",
    ),
    "a leaf": (
        update(ProofLeaf).where(ProofLeaf.position == 3).values(hash=b"0" * 32),
        "do not give the root",
    ),
    "a header": (
        update(ProofDay).values(header=func.replace(ProofDay.header, '"number":2', '"number":7')),
        "another header",
    ),
    "a statement that is hidden": (
        update(Statement).where(Statement.origin == "own").values(voided_by=Statement.id),
        "no statement voids it",
    ),
    "a day that is gone": (delete(ProofDay).where(ProofDay.number == 2), "day is missing"),
}


def test_what_is_changed_behind_our_back_is_found(sealed: Session) -> None:
    for change, (sentence, reason) in CHANGES.items():
        with statements_unlocked(sealed):
            sealed.execute(sentence.execution_options(synchronize_session=False))
        found = [f"{one.what}: {one.reason}" for one in check_proofs(sealed, SECRET).wrong]
        assert any(reason in fault for fault in found), (change, found)
        sealed.rollback()
        sealed.expire_all()


def test_replay_brings_back_what_was_sealed(sealed: Session) -> None:
    with writing(sealed):
        replay(sealed)
    assert faults(sealed) == []


def test_what_comes_late_is_noted_and_sealed_the_next_day(sealed: Session) -> None:
    add_learner(sealed, MONDAY, "late")
    assert [one.what.split()[0] for one in check_proofs(sealed, SECRET).notes] == ["learner"]
    seal_due(sealed, SEALING, FRIDAY + timedelta(days=1))
    leaf = sealed.scalars(select(ProofLeaf).order_by(ProofLeaf.day.desc())).first()
    assert leaf is not None
    assert (leaf.day, leaf.kind) == (date(2026, 11, 27), "learner")
    assert check_proofs(sealed, SECRET).notes == ()


def test_a_worker_killed_half_way_is_followed_by_another(
    engine: Engine, database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(database)
    monkeypatch.setattr(days, "SLICE", 2)
    commits = 0

    def die(_connection: object) -> None:
        nonlocal commits
        commits += 1
        if commits == 7:
            raise KeyboardInterrupt

    event.listen(engine, "commit", die)
    with pytest.raises(KeyboardInterrupt), session_factory(engine)() as doomed:
        seal_due(doomed, SEALING, FRIDAY)
    event.remove(engine, "commit", die)
    assert len(seal_due(database, SEALING, FRIDAY)) == 4
    assert faults(database) == []


def test_two_workers_share_the_work(engine: Engine, database: Session) -> None:
    live(database)
    with session_factory(engine)() as other:
        days.fill_day(database, SECRET, date(2026, 11, 23))
        assert len(seal_due(other, SEALING, FRIDAY)) == 4
    assert seal_due(database, SEALING, FRIDAY) == []
    assert faults(database) == []


def test_a_year_later_another_key_signs_and_the_old_one_still_verifies(sealed: Session) -> None:
    with writing(sealed):
        sealed.execute(update(ProofKey).values(created_at=FRIDAY - timedelta(days=364)))
    seal_due(sealed, SEALING, FRIDAY + timedelta(days=1))
    assert len(proof_key_set(sealed)["keys"]) == 2
    assert faults(sealed) == []


def test_the_same_person_cannot_be_recognised_from_leaf_to_leaf(database: Session, now: datetime) -> None:
    store(database, [said_by(ANNA, 1)], WEDNESDAY)
    store(database, [{**said_by(ANNA, 2), "id": str(uuid4())}], WEDNESDAY)
    seal_due(database, SEALING, FRIDAY)
    hashes = database.scalars(select(ProofLeaf.hash)).all()
    assert len(set(hashes)) == len(hashes) == 2
    assert database.scalar(select(func.count()).select_from(Evidence)) == 0
