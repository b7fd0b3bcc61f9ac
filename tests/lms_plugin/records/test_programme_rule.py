"""A programme is completed with all its modules, where its file has a rule."""

import dataclasses
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from course_content.profile_document import profile_document
from course_content.programme import ProgrammeRule
from lms_plugin.records.completion import Completion
from lms_plugin.records.recorder import Recorder
from lms_plugin.storage import writing
from tests.lms_plugin.records.test_said import own
from tests.services.learning import BASE_URL, LESSONS, PROGRAMME, PROGRAMMES, lesson_read, submitted
from tests.services.xapi_templates import follows_patterns, matching

WHOLE = PROGRAMMES[PROGRAMME]
SHORT = dataclasses.replace(WHOLE, modules=(WHOLE.module("m1"),), rule=ProgrammeRule(3))


def finish_first_module(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> list[Completion]:
    facts = [*(lesson_read(learner_id, one, now) for one in LESSONS), submitted(learner_id, 1, 80, now)]
    with writing(database):
        recorder.record(database, facts, now)
    return list(database.scalars(select(Completion).where(Completion.activity_kind == "programme")))


def with_programme(recorder: Recorder, rule: ProgrammeRule | None) -> Recorder:
    short = dataclasses.replace(SHORT, rule=rule)
    return Recorder({PROGRAMME: short}, recorder.base_url, recorder.describe)


def test_all_modules_complete_the_programme(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    (done,) = finish_first_module(database, with_programme(recorder, SHORT.rule), learner_id, now)
    assert (done.activity_id, done.outcome, done.rule_version) == (PROGRAMME, "completed", 3)
    assert len(done.evidence_ids) == len(LESSONS) + 1
    (said,) = [one for one in own(database) if one["id"] == str(done.statement_id)]
    assert said["object"]["id"] == f"{BASE_URL}/xapi/activities/{PROGRAMME}"
    profile = profile_document(BASE_URL, 2)
    assert [one.partition("#")[2] for one in matching(said, profile)] == ["programme-completed"]
    assert follows_patterns([said], profile)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_module_less_or_no_rule_leaves_it_open(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    assert finish_first_module(database, with_programme(recorder, None), learner_id, now) == []
    assert finish_first_module(database, recorder, learner_id, now) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rule_that_comes_later_counts_what_was_done(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    finish_first_module(database, with_programme(recorder, None), learner_id, now)
    with writing(database):
        with_programme(recorder, SHORT.rule).record(database, [submitted(learner_id, 2, 90, now)], now)
    rows = database.scalars(select(Completion).where(Completion.activity_kind == "programme"))
    assert [one.activity_id for one in rows] == [PROGRAMME]
