"""Ids of runs: of no use to who guesses accounts, and unchanged for runs that were named earlier."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from alembic import command
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms_plugin import migration
from lms_plugin.people.learner import Learner
from lms_plugin.records.actor import Actor, actor_of
from lms_plugin.records.naming import registration_of
from lms_plugin.records.recorder import Recorder
from lms_plugin.storage import session_factory, writing
from tests.services.learning import LESSONS, PROGRAMME, add_learner, lesson_read

REVISION = next((Path(migration.__file__).parent.parent / "migrations" / "versions").glob("*runs_named*"))
LMS = "https://moodle.example"
# What this product answered for (https://moodle.example, 42, co-alizione) before runs were named apart.
NAMED_BEFORE = "67adb2cc-d71c-5630-a189-292581415a79"


def test_registration_does_not_follow_from_the_account() -> None:
    actor = Actor(LMS, "42", uuid4(), LMS)
    assert registration_of(actor, PROGRAMME) != registration_of(replace(actor, learner_id=uuid4()), PROGRAMME)
    erased = Actor("https://formazione.example", "erased", actor.learner_id, LMS)
    assert registration_of(actor, PROGRAMME) == registration_of(erased, PROGRAMME)


def test_runs_begun_before_keep_their_registration(
    engine: Engine, database: Session, recorder: Recorder, now: datetime
) -> None:
    learner_id = add_learner(database, now)
    with writing(database):
        recorder.record(database, [lesson_read(learner_id, LESSONS[0], now)], now)
    database.close()
    with engine.connect() as plain, plain.execution_options(will_write=True).begin():
        before = f"{int(REVISION.name[:4]) - 1:04}"
        command.downgrade(migration._config(plain), before)
    migration.migrate(engine)
    with session_factory(engine)() as fresh:
        learner = fresh.get_one(Learner, learner_id)
        assert registration_of(actor_of(learner), PROGRAMME) == UUID(NAMED_BEFORE)
        assert registration_of(actor_of(learner), "another") not in (learner.registrations or {}).values()
