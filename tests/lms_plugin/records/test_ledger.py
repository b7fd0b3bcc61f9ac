"""The ledger appends, once each, in one chain per learner, and nobody can change what it holds."""

import dataclasses
import itertools
import threading
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_plugin.records.canonical import NotCanonical, canonical_json
from lms_plugin.records.chain import BEGINNING, canonical_form, row_hash
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.ledger import EvidenceConflict, UnknownLearner, append
from lms_plugin.storage import session_factory, writing
from tests.services.learning import add_learner, lesson_read, submitted


def rows(database: Session) -> list[Evidence]:
    return list(database.scalars(select(Evidence).order_by(Evidence.learner_id, Evidence.sequence)))


def test_rows_of_a_learner_form_a_chain(database: Session, learner_id: UUID, now: datetime) -> None:
    with writing(database):
        for number in range(1, 4):
            _row, is_new = append(database, lesson_read(learner_id, f"m1-l{number}", now), now)
            assert is_new
    first, second, third = rows(database)
    assert (first.sequence, second.sequence, third.sequence) == (1, 2, 3)
    assert first.previous_hash == BEGINNING
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert len({first.hash, second.hash, third.hash}) == 3


def test_hash_survives_the_way_through_the_database(
    database: Session, learner_id: UUID, now: datetime
) -> None:
    moment = now.replace(microsecond=123456)
    with writing(database):
        append(database, lesson_read(learner_id, "m1-l1", moment, uuid4()), moment)
    database.expire_all()
    (row,) = rows(database)
    assert row.hash == row_hash(row)


@pytest.mark.parametrize(
    "member", ["key", "kind", "programme_id", "activity_id", "source", "payload", "previous_hash"]
)
def test_hash_covers_every_text_member(
    database: Session, learner_id: UUID, now: datetime, member: str
) -> None:
    with writing(database):
        row, _is_new = append(database, lesson_read(learner_id, "m1-l1", now), now)
    database.expunge(row)
    setattr(row, member, "other")
    assert row_hash(row) != row.hash


@pytest.mark.parametrize("member", ["occurred_at", "recorded_at"])
def test_hash_covers_the_instants(database: Session, learner_id: UUID, now: datetime, member: str) -> None:
    with writing(database):
        row, _is_new = append(database, lesson_read(learner_id, "m1-l1", now), now)
    database.expunge(row)
    setattr(row, member, now + timedelta(microseconds=1))
    assert row_hash(row) != row.hash


def test_hashed_form_names_every_column_but_the_hash() -> None:
    names = {column.key for column in Evidence.__table__.columns} - {"hash"}
    moment = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
    row = Evidence(id=uuid4(), learner_id=uuid4(), occurred_at=moment, recorded_at=moment)
    assert all(f'"{name}":' in canonical_form(row) for name in names)


def test_same_fact_told_twice_is_stored_once_with_its_first_instant(
    database: Session, learner_id: UUID, now: datetime
) -> None:
    fact = lesson_read(learner_id, "m1-l1", now)
    later = dataclasses.replace(fact, occurred_at=now + timedelta(hours=1), placement_id=uuid4())
    with writing(database):
        append(database, fact, now)
    with writing(database):
        _row, is_new = append(database, later, now + timedelta(hours=1))
    assert not is_new
    assert [row.occurred_at for row in rows(database)] == [now]


def test_same_key_with_other_content_is_refused(database: Session, learner_id: UUID, now: datetime) -> None:
    fact = submitted(learner_id, 1, 60, now)
    with writing(database):
        append(database, fact, now)
    better = dataclasses.replace(fact, payload={**fact.payload, "percent": 100})
    with pytest.raises(EvidenceConflict), writing(database):
        append(database, better, now)
    assert len(rows(database)) == 1


def test_fact_about_nobody_is_refused(database: Session, now: datetime) -> None:
    with pytest.raises(UnknownLearner), writing(database):
        append(database, lesson_read(uuid4(), "m1-l1", now), now)


@pytest.mark.parametrize("payload", [{"a": float("nan")}, {"a": object()}, {"a": "\ud800"}])
def test_payload_without_canonical_form_is_refused(
    database: Session, learner_id: UUID, now: datetime, payload: dict[str, object]
) -> None:
    fact = dataclasses.replace(lesson_read(learner_id, "m1-l1", now), payload=payload)
    with pytest.raises(NotCanonical), writing(database):
        append(database, fact, now)
    assert rows(database) == []


def test_canonical_json_does_not_depend_on_order_or_composition() -> None:
    assert canonical_json({"b": "e\u0300", "a": [1, True, None]}) == '{"a":[1,true,null],"b":"è"}'
    assert canonical_json({"a": [1, True, None], "b": "è"}) == '{"a":[1,true,null],"b":"è"}'


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE evidence SET payload = '{}'",
        "UPDATE evidence SET hash = 'x'",
        "DELETE FROM evidence",
    ],
)
def test_database_refuses_to_change_evidence(
    database: Session, learner_id: UUID, now: datetime, attack: str
) -> None:
    with writing(database):
        append(database, submitted(learner_id, 1, 60, now), now)
    with pytest.raises(IntegrityError, match="append-only"), writing(database):
        database.execute(text(attack))
    assert len(rows(database)) == 1


def test_database_refuses_to_overwrite_or_truncate_evidence(
    database: Session, learner_id: UUID, now: datetime
) -> None:
    with writing(database):
        append(database, submitted(learner_id, 1, 60, now), now)
    sqlite = database.get_bind().dialect.name == "sqlite"
    attack = (
        "INSERT OR REPLACE INTO evidence SELECT * FROM evidence" if sqlite else "TRUNCATE evidence CASCADE"
    )
    with pytest.raises(IntegrityError, match="append-only"), writing(database):
        database.execute(text(attack))
    assert len(rows(database)) == 1


def test_another_learners_write_does_not_wait_on_postgresql(
    database: Session, engine: Engine, learner_id: UUID, now: datetime
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    other = add_learner(database, now, "43")
    with session_factory(engine)() as second, writing(database):
        append(database, lesson_read(learner_id, "m1-l1", now), now)
        second.execute(text("SET lock_timeout = '1s'"))
        second.commit()
        with writing(second):
            append(second, lesson_read(other, "m1-l1", now), now)
    assert len(rows(database)) == 2


def test_many_threads_appending_for_one_learner_leave_one_sound_chain(
    database: Session, engine: Engine, learner_id: UUID, now: datetime
) -> None:
    def work(number: int) -> None:
        with session_factory(engine)() as session:
            for step in range(5):
                with writing(session):
                    append(session, lesson_read(learner_id, f"m{number}-l{step}", now), now)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = rows(database)
    assert [row.sequence for row in found] == list(range(1, 21))
    assert all(row.previous_hash == before.hash for before, row in itertools.pairwise(found))
    assert database.scalar(select(func.count()).select_from(Evidence)) == 20
