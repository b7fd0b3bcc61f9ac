"""The final assessment in the records: its verdicts, its score, and what it means for the programme."""

import dataclasses
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from course_content.assessments import draw
from course_content.profile import activity_iri
from course_content.profile_document import profile_document
from course_content.programme import ProgrammeRule
from lms_plugin.modules.answers import Given
from lms_plugin.modules.facts import Teller, attempt_submitted
from lms_plugin.modules.progress import Attempt
from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.records.fact import Fact
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.recorder import Recorder
from lms_plugin.records.replay import replay
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_placement
from tests.lms_plugin.records.test_said import handed_in, own
from tests.services.exports import export
from tests.services.learning import BASE_URL, LESSONS, PROGRAMME, PROGRAMMES, lesson_read, submitted
from tests.services.xapi_templates import follows_patterns, matching

WHOLE = PROGRAMMES[PROGRAMME]
FINAL = WHOLE.final_assessment
SEED = "0123456789abcdef"
ONLY_FIRST = (WHOLE.module("m1"),)
PROFILE = profile_document(BASE_URL, 2)


def final(learner_id: UUID, number: int, at: datetime, *, right: int, placement: UUID | None = None) -> Fact:
    """An attempt at the final assessment with so many of the 24 questions right, the others left wrong."""
    assert FINAL is not None
    bank = {one.id: one for one in FINAL.assessment.questions}
    asked = [bank[one.id] for one in draw(FINAL.assessment, SEED)]
    given = {one.id: Given(one.answer if place < right else ("",)) for place, one in enumerate(asked)}
    teller = Teller(learner_id, PROGRAMME, FINAL.revision, placement, at)
    attempt = Attempt(number, SEED, FINAL.revision, at, {}, None)
    return attempt_submitted(teller, FINAL.assessment, attempt, asked, given)


def record(database: Session, recorder: Recorder, at: datetime, *facts: Fact) -> None:
    with writing(database):
        recorder.record(database, facts, at)


def concluded(database: Session) -> list[tuple[str, str, str]]:
    rows = database.scalars(select(Completion).order_by(Completion.decided_at, Completion.activity_id))
    return [(one.activity_kind, one.activity_id, one.outcome) for one in rows]


def test_verdicts_are_said_as_part_of_the_programme_and_complete_no_module(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    record(database, recorder, now, final(learner_id, 1, now, right=16))
    later = now + timedelta(hours=1)
    record(database, recorder, later, final(learner_id, 2, later, right=17))
    assert concluded(database) == [
        ("final_assessment", "final-assessment", "failed"),
        ("final_assessment", "final-assessment", "passed"),
    ]
    said = own(database)
    verdicts = [one for one in said if "final-assessment" in one["object"]["id"]]
    names = [one.partition("#")[2] for verdict in verdicts for one in matching(verdict, PROFILE)]
    assert names == ["final-assessment-failed", "final-assessment-passed"]
    (parent,) = verdicts[0]["context"]["contextActivities"]["parent"]
    assert parent["id"] == activity_iri(BASE_URL, PROGRAMME)
    assert [one["result"]["score"]["raw"] for one in verdicts] == [66, 70]
    assert follows_patterns(said, PROFILE)


def test_a_question_answered_in_both_assessments_is_two_statements_and_replay_gives_them_again(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    record(database, recorder, now, handed_in(learner_id, now, None, 1, right=True))
    record(database, recorder, now, final(learner_id, 1, now, right=24))
    answers = [one for one in own(database) if one["verb"]["id"].endswith("answered")]
    parents = {one["context"]["contextActivities"]["parent"][0]["id"] for one in answers}
    assert parents == {
        activity_iri(BASE_URL, PROGRAMME, one) for one in ("m1-assessment", "final-assessment")
    }
    bank = ONLY_FIRST[0].assessment
    assert bank is not None
    assert len(answers) == len(bank.questions) + 24
    before = export(database)
    with writing(database):
        replay(database)
    assert export(database) == before


def test_the_best_attempt_is_the_score_and_passing_completes_it(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    with writing(database):
        person = database.get_one(Learner, learner_id)
        place = make_placement(database, person, make_deployment(database)).id
    for number, right in enumerate((18, 6, 24), start=1):
        at = now + timedelta(hours=number)
        record(database, recorder, at, final(learner_id, number, at, right=right, placement=place))
    sent = [one.payload for one in database.scalars(select(OutboxItem).order_by(OutboxItem.position))]
    assert ['"score_given":75' in one for one in sent] == [True, False]
    assert all('"activity_progress":"Completed"' in one and '"final-assessment"' in one for one in sent)


@pytest.mark.parametrize("final_first", [True, False])
def test_a_rule_of_version_2_wants_the_modules_and_the_final_assessment_passed(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime, *, final_first: bool
) -> None:
    rule = ProgrammeRule(2, final_assessment=True)
    short = dataclasses.replace(WHOLE, modules=ONLY_FIRST, rule=rule)
    strict = Recorder({PROGRAMME: short}, recorder.base_url, recorder.describe)
    module = [*(lesson_read(learner_id, one, now) for one in LESSONS), submitted(learner_id, 1, 80, now)]
    steps = [module, [final(learner_id, 1, now, right=3)], [final(learner_id, 2, now, right=24)]]
    for done, step in enumerate([*steps[1:], steps[0]] if final_first else steps, start=1):
        record(database, strict, now, *step)
        programme = [one for one in concluded(database) if one[0] == "programme"]
        assert programme == ([("programme", PROGRAMME, "completed")] if done == len(steps) else [])


def test_version_1_asks_for_no_final_assessment(
    database: Session, recorder: Recorder, learner_id: UUID, now: datetime
) -> None:
    short = dataclasses.replace(WHOLE, modules=ONLY_FIRST)
    modules_only = Recorder({PROGRAMME: short}, recorder.base_url, recorder.describe)
    module = [*(lesson_read(learner_id, one, now) for one in LESSONS), submitted(learner_id, 1, 80, now)]
    record(database, modules_only, now, *module)
    assert ("programme", PROGRAMME, "completed") in concluded(database)
