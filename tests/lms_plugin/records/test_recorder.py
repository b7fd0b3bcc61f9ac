"""Facts become evidence, completions, statements and outbox rows: all of them or none."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.recorder import Recorder
from lms_plugin.records.rule_in_force import UnknownActivityInFact
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_order import TICK
from lms_plugin.storage import Base, writing
from tests.services.learning import (
    LESSONS,
    PROGRAMME,
    PROGRAMMES,
    add_learner,
    joined,
    lesson_read,
    settled,
    submitted,
)

WRITTEN = (Evidence, Completion, Statement, OutboxItem)


def count(database: Session, model: type[Base]) -> int:
    return database.scalar(select(func.count()).select_from(model)) or 0


def finish_module(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime, place: UUID | None
) -> None:
    facts = [lesson_read(learner_id, lesson, now, place) for lesson in LESSONS]
    with writing(database):
        recorder.record(database, [*facts, submitted(learner_id, 1, 80, now, place)], now)


def test_completing_a_module_gives_the_completions_and_their_statements(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    facts = [lesson_read(learner_id, lesson, now) for lesson in LESSONS]
    with writing(database):
        assert len(recorder.record(database, facts, now)) == len(LESSONS)
    with writing(database):
        done = recorder.record(database, [submitted(learner_id, 1, 80, now)], now)
    assert [(one.activity_id, one.outcome, one.score_percent) for one in done] == [
        ("m1-assessment", "passed", 80),
        ("m1", "completed", 80),
    ]
    statement = database.get_one(Statement, done[1].statement_id)
    body = json.loads(statement.body)
    assert body["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed"
    assert body["object"]["id"] == "https://formazione.example/xapi/activities/co-alizione/m1"
    assert body["actor"]["account"] == {"homePage": "https://moodle.example", "name": "42"}
    assert body["authority"]["account"]["homePage"] == "https://formazione.example"
    # Later than what was stored before, though the clock stands still; in the order of what it says.
    verdict = database.get_one(Statement, done[0].statement_id)
    assert verdict.stored == done[0].decided_at == done[1].decided_at == now + TICK
    assert statement.stored == verdict.stored + TICK


def test_module_completion_names_all_its_evidence(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    finish_module(database, recorder, learner_id, now, None)
    done = database.scalars(select(Completion).where(Completion.activity_id == "m1")).one()
    kinds = [database.get_one(Evidence, UUID(one)).kind for one in done.evidence_ids]
    assert kinds == [Kind.LESSON_READ] * len(LESSONS) + [Kind.ASSESSMENT_SUBMITTED]


def test_telling_everything_again_writes_nothing(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    finish_module(database, recorder, learner_id, now, uuid4())
    before = [count(database, model) for model in WRITTEN]
    finish_module(database, recorder, learner_id, now + timedelta(hours=1), uuid4())
    assert [count(database, model) for model in WRITTEN] == before


def test_score_goes_to_the_placement(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    place = uuid4()
    finish_module(database, recorder, learner_id, now, place)
    score = json.loads(database.scalars(select(OutboxItem)).one().payload)
    assert (score["placement_id"], score["score_given"], score["score_maximum"]) == (str(place), 80, 100)
    assert (score["activity_progress"], score["grading_progress"]) == ("Completed", "FullyGraded")


def test_better_webinar_data_void_the_statement_and_replace_the_completion(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    place = uuid4()
    for fact in (
        joined(learner_id, now, place),
        settled(learner_id, 1, 3000, now),
        settled(learner_id, 2, 3400, now + timedelta(hours=1)),
    ):
        with writing(database):
            recorder.record(database, [fact], fact.occurred_at)
    done = database.scalars(select(Completion)).one()
    assert (done.outcome, done.duration_seconds, done.placement_id) == ("attended", 3400, place)
    statements = database.scalars(select(Statement).order_by(Statement.stored)).all()
    voided = [one for one in statements if one.voided_by is not None]
    assert len(statements) == 1 + 3  # joined; attended, voided, attended again
    assert [json.loads(one.body)["result"]["duration"] for one in voided] == ["PT50M"]
    assert done.statement_id not in {one.id for one in voided}


def test_unknown_activity_or_programme_is_refused_and_leaves_nothing(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    good = lesson_read(learner_id, "m1-l1", now)
    strange = [lesson_read(learner_id, "m1-l99", now), dataclasses.replace(good, programme_id="other")]
    for fact in strange:
        with pytest.raises(UnknownActivityInFact), writing(database):
            recorder.record(database, [good, fact], now)
    assert [count(database, model) for model in WRITTEN] == [0, 0, 0, 0]


def test_facts_of_several_learners_in_one_call(database: Session, recorder: Recorder, now: datetime) -> None:
    learners = [add_learner(database, now, str(number)) for number in range(5)]
    with writing(database):
        done = recorder.record(database, [settled(one, 1, 3000, now) for one in reversed(learners)], now)
    assert {one.learner_id for one in done} == set(learners)


def test_a_changed_programme_is_put_into_the_evidence_once(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    programme = PROGRAMMES[PROGRAMME]
    module = dataclasses.replace(programme.module("m1"), revision="another")
    changed = dataclasses.replace(programme, modules=(module, *programme.modules[1:]))
    other = Recorder({PROGRAMME: changed}, recorder.base_url, recorder.describe)
    for number, one in enumerate((recorder, recorder, other, other, recorder), 1):
        with writing(database):
            one.record(database, [lesson_read(learner_id, f"m1-l{number}", now)], now)
    of_module = (Evidence.kind == Kind.RULE_IN_FORCE, Evidence.activity_id == "m1")
    rules = select(Evidence).where(*of_module).order_by(Evidence.sequence)
    assert [json.loads(row.payload)["revision"] for row in database.scalars(rules)] == [
        module.revision if changed_one else programme.module("m1").revision for changed_one in (0, 1, 0)
    ]


class Crash(BaseException):
    """Stands for a kill between two writes."""


def crash_at(database: Session, nth: int) -> Callable[[], None]:
    """Raises Crash before the n-th INSERT, UPDATE or DELETE; returns what switches it off."""
    seen = 0
    engine = database.get_bind()

    def before(_connection: object, _cursor: object, sentence: str, *_rest: object) -> None:
        nonlocal seen
        if sentence.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen += 1
            if seen == nth:
                raise Crash

    event.listen(engine, "before_cursor_execute", before)
    return lambda: event.remove(engine, "before_cursor_execute", before)


def test_a_crash_between_any_two_writes_leaves_nothing(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    facts = [lesson_read(learner_id, LESSONS[0], now, uuid4()), settled(learner_id, 1, 3000, now)]
    for nth in range(1, 100):
        switch_off = crash_at(database, nth)
        try:
            with writing(database):
                recorder.record(database, facts, now)
            break
        except Crash:
            assert [count(database, model) for model in WRITTEN] == [0, 0, 0, 0]
        finally:
            switch_off()
            database.rollback()
    assert nth > 5, "the writes were not counted"
    assert [count(database, model) for model in WRITTEN] == [5, 2, 2, 0]


def test_statements_are_the_same_bytes_in_every_process() -> None:
    program = (
        "import json, tests.lms_plugin.records.test_rules as t;"
        "from lms_plugin.records.derivation import derive; from lms_plugin.records.actor import Actor;"
        "facts = [*t.RULES, *t.READ_ALL, t.submitted(t.LEARNER, 1, 80, t.NOW, t.HERE)];"
        "actor = Actor('https://moodle.example', '42', t.LEARNER, 'https://moodle.example');"
        "derived = derive(actor, t.rows_of(facts));"
        "print([json.dumps(one.build(actor)) for one in derived.statements.values()])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
