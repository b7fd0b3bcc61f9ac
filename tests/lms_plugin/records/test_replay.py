"""Whatever is derived can be thrown away and comes back, the same bytes."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import add_attempt
from lms_plugin.records.recorder import Recorder
from lms_plugin.records.replay import Counts, replay
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_store import store_statements
from lms_plugin.records.statement_unlocking import statements_unlocked
from lms_plugin.records.verify import verify
from lms_plugin.storage import writing
from tests.services.exports import export
from tests.services.learning import (
    LESSONS,
    add_learner,
    joined,
    lesson_read,
    settled,
    submitted,
)

CLIENT = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "client"}}


@pytest.fixture
def lived(database: Session, recorder: Recorder, now: datetime) -> None:
    """Two learners with modules, webinars, a superseded attendance, deliveries; and a client's statements."""
    for number in range(2):
        learner, place = add_learner(database, now, str(number)), uuid4()
        facts = [lesson_read(learner, lesson, now, place) for lesson in LESSONS]
        facts += [submitted(learner, 1, 40, now, place), submitted(learner, 2, 90, now, place)]
        facts += [joined(learner, now, place), settled(learner, 1, 3000, now), settled(learner, 2, 3300, now)]
        for minute, some in enumerate((facts[:7], facts[7:-1], facts[-1:])):
            with writing(database):
                recorder.record(database, some, now + timedelta(minutes=minute, microseconds=number))
    _deliver_some(database, now)
    _client_speaks(database, now)


def _deliver_some(database: Session, now: datetime) -> None:
    items = database.scalars(select(OutboxItem.id).order_by(OutboxItem.id)).all()
    outcomes = ("delivered", "dead", "retry", "not_wanted")
    with writing(database):
        for number, item in enumerate(items[:-4]):
            again = now + timedelta(minutes=9) if outcomes[number % 4] == "retry" else None
            at = now + timedelta(minutes=1, seconds=number)
            add_attempt(
                database,
                DeliveryAttempt(
                    id=uuid4(), outbox_id=item, at=at, outcome=outcomes[number % 4], retry_at=again
                ),
            )


def _client_speaks(database: Session, now: datetime) -> None:
    said = {
        "id": str(uuid4()),
        "actor": CLIENT,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://elsewhere.example/a"},
    }
    voiding = {
        "id": str(uuid4()),
        "actor": CLIENT,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": said["id"]},
    }
    for statement in (said, voiding):
        with writing(database):
            store_statements(database, [statement], authority=CLIENT, origin="client", now=now)


DAMAGE = {
    "nothing": (),
    "completions": (delete(Completion),),
    "statements": (delete(Statement).where(Statement.origin == "own"),),
    "outbox": (delete(OutboxItem),),
    "all": (delete(Completion), delete(Statement).where(Statement.origin == "own"), delete(OutboxItem)),
    "falsified": (
        update(Completion).values(score_percent=100),
        update(OutboxItem).values(payload="{}", status="delivered"),
        update(Statement).where(Statement.origin == "own").values(body="{}"),
    ),
}


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("damage", DAMAGE)
def test_replay_gives_the_same_bytes(database: Session, damage: str) -> None:
    before = export(database)
    assert all(before.values())
    with writing(database), statements_unlocked(database):
        for sentence in DAMAGE[damage]:
            database.execute(sentence)
    with writing(database):
        done = replay(database)
    assert export(database) == before
    assert done.learners == 2
    assert done.after == Counts(2 * 10, 2 * 13, 2 * 3)


@pytest.mark.usefixtures("lived")
def test_replay_leaves_evidence_attempts_and_clients_statements_alone(database: Session) -> None:
    def kept() -> list[object]:
        others = select(Statement.__table__).where(Statement.origin == "client").order_by(Statement.id)
        tables = (select(Evidence.__table__), select(DeliveryAttempt.__table__), others)
        return [sorted(map(str, database.execute(table).all())) for table in tables]

    before = kept()
    with writing(database):
        replay(database)
    assert kept() == before


@pytest.mark.usefixtures("lived")
def test_replay_that_fails_changes_nothing(database: Session) -> None:
    before = export(database)

    def interrupted() -> None:
        with writing(database):
            replay(database)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert export(database) == before


@pytest.mark.usefixtures("lived")
def test_sound_database_verifies(database: Session) -> None:
    found = verify(database)
    assert found.sound
    assert found.learners == 2


def _tamper(database: Session, sentence: str) -> None:
    """Changes evidence as somebody with full power over the database could."""
    with writing(database):
        if database.get_bind().dialect.name == "sqlite":
            for name in ("evidence_no_update", "evidence_no_delete"):
                database.execute(text(f"DROP TRIGGER {name}"))
        else:
            database.execute(text("ALTER TABLE evidence DISABLE TRIGGER ALL"))
        database.execute(text(sentence))


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    ("attack", "sequence"),
    [
        ("UPDATE evidence SET payload = replace(payload, '40', '99') WHERE sequence = 9", 9),
        ("UPDATE evidence SET source = 'x' WHERE sequence IN (3, 5)", 3),
        ("UPDATE evidence SET previous_hash = hash WHERE sequence = 4", 4),
        ("DELETE FROM evidence WHERE sequence = 5", 6),
        ("DELETE FROM evidence WHERE sequence = 1", 2),
    ],
)
def test_first_broken_row_of_each_learner_is_named(database: Session, attack: str, sequence: int) -> None:
    _tamper(database, attack)
    found = verify(database)
    assert [one.sequence for one in found.breaks] == [sequence] * 2
    assert len({one.learner_id for one in found.breaks}) == 2


@pytest.mark.usefixtures("lived")
def test_cut_off_end_shows_in_the_derived_rows(database: Session) -> None:
    _tamper(database, "DELETE FROM evidence WHERE sequence = (SELECT max(sequence) FROM evidence)")
    found = verify(database)
    assert not found.breaks
    assert {one.table for one in found.differences} == {"completions", "statements"}


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    ("sentence", "table", "what"),
    [
        (
            "UPDATE completions SET score_percent = 100 WHERE activity_id = 'm1'",
            "completions",
            "score_percent",
        ),
        ("DELETE FROM completions WHERE activity_id = 'm1'", "completions", "missing"),
        ("UPDATE statements SET body = '{}' WHERE origin = 'own'", "statements", "body"),
        ("DELETE FROM statements WHERE origin = 'own'", "statements", "missing"),
        ("UPDATE outbox SET status = 'delivered'", "outbox", "status"),
        ("DELETE FROM outbox WHERE target = 'ags'", "outbox", "missing"),
    ],
)
def test_changed_or_missing_derived_rows_are_named(
    database: Session, sentence: str, table: str, what: str
) -> None:
    with writing(database), statements_unlocked(database):
        database.execute(text(sentence))
    found = verify(database)
    assert {one.table for one in found.differences} == {table}
    assert all(what in one.what for one in found.differences)


@pytest.mark.usefixtures("lived")
def test_derived_row_that_follows_from_nothing_is_noticed(database: Session, now: datetime) -> None:
    stranger = add_learner(database, now, "stranger")
    with writing(database):
        row = database.scalars(select(Completion)).first()
        assert row is not None
        columns = {column.key: getattr(row, column.key) for column in Completion.__table__.columns}
        database.add(Completion(**{**columns, "id": uuid4(), "learner_id": stranger}))
    assert [one.what for one in verify(database).differences] == ["1 more than evidence gives"]


@pytest.mark.usefixtures("lived")
def test_commands_rebuild_and_verify(database: Session, environment: dict[str, str]) -> None:
    before = export(database)
    with writing(database):
        database.execute(delete(Completion))
    run = CliRunner(env=environment)
    broken = run.invoke(main, ["verify", "--json"])
    assert (broken.exit_code, json.loads(broken.output)["sound"]) == (1, False)
    assert run.invoke(main, ["replay"]).exit_code == 0
    sound = run.invoke(main, ["verify"])
    assert sound.exit_code == 0, sound.output
    assert export(database) == before
