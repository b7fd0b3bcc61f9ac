"""What a learner did is said in statements that follow the published profile, each once."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from course_content.profile import SUBREGISTRATION
from course_content.profile_document import profile_document
from lms_plugin.lti.platform import Placement
from lms_plugin.modules.answers import Given
from lms_plugin.modules.facts import Teller, attempt_submitted
from lms_plugin.modules.progress import Attempt
from lms_plugin.people.learner import Learner
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.recorder import Recorder
from lms_plugin.records.replay import replay
from lms_plugin.records.statement import Statement
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.services.exports import export
from tests.services.learning import BASE_URL, LESSONS, MODULE, PROGRAMME, joined, left, lesson_read, settled
from tests.services.xapi_templates import follows_patterns, matching

PROFILE = profile_document(BASE_URL, 2)
Json = dict[str, Any]


@pytest.fixture
def learner(database: Session) -> Learner:
    with writing(database):
        return make_learner(database)


@pytest.fixture
def placement(database: Session, learner: Learner) -> Placement:
    with writing(database):
        placed = make_placement(database, learner, make_deployment(database))
    link = placed.resource_link
    platform = link.deployment.platform
    with writing(database):
        platform.name, link.deployment.deployment_id, link.resource_link_id = (
            "LMS di Prova",
            "dep 1",
            "link/7",
        )
        link.context_id = None
    return placed


def handed_in(learner_id: UUID, at: datetime, placement: UUID | None, number: int, *, right: bool) -> Fact:
    """An attempt at everything in the bank, all right or (but for the first question) all wrong."""
    assert MODULE.assessment is not None
    bank = MODULE.assessment.questions
    given = {one.id: Given(one.answer if right or one is bank[0] else ("",)) for one in bank}
    teller = Teller(learner_id, PROGRAMME, MODULE.revision, placement, at)
    attempt = Attempt(number, "seed", MODULE.revision, at, {}, None)
    return attempt_submitted(teller, MODULE.assessment, attempt, bank, given)


def own(database: Session) -> list[Json]:
    rows = select(Statement.body).where(Statement.origin == "own", Statement.voided_by.is_(None))
    said = [json.loads(body) for body in database.scalars(rows.order_by(Statement.stored))]
    return [one for one in said if not one["verb"]["id"].endswith("voided")]


def live(database: Session, recorder: Recorder, learner: Learner, now: datetime, place: UUID | None) -> None:
    """Reads, fails, passes, goes to a webinar twice, and comes back to the assessment."""
    start, one = now, learner.id
    facts = [
        *(lesson_read(one, lesson, start, place) for lesson in LESSONS),
        handed_in(one, start + timedelta(minutes=1), place, 1, right=False),
        handed_in(one, start + timedelta(minutes=2), place, 2, right=True),
        handed_in(one, start + timedelta(minutes=3), place, 3, right=True),
        joined(one, start, place),
        left(one, start + timedelta(minutes=40), place),
        joined(one, start + timedelta(minutes=41), place),
        left(one, start + timedelta(minutes=60), place),
        settled(one, 1, 3000, start + timedelta(minutes=60)),
        settled(one, 2, 3300, start + timedelta(minutes=60)),
    ]
    for minute, fact in enumerate(facts):
        with writing(database):
            recorder.record(database, [fact], now + timedelta(minutes=minute))


def test_every_statement_follows_one_template_and_every_run_a_pattern(
    database: Session, recorder: Recorder, learner: Learner, now: datetime, placement: Placement
) -> None:
    live(database, recorder, learner, now, placement.id)
    runs: dict[str, list[Json]] = defaultdict(list)
    names: dict[str, int] = defaultdict(int)
    for statement in own(database):
        (name,) = matching(statement, PROFILE)
        names[name.partition("#")[2]] += 1
        (run,) = statement["context"]["extensions"][SUBREGISTRATION]
        runs[run["subregistration"]].append(statement)
    assert MODULE.assessment is not None
    bank = len(MODULE.assessment.questions)
    assert names == {
        "lesson-completed": len(LESSONS),
        "question-answered": 1 + bank + bank,
        "assessment-failed": 1,
        "assessment-passed": 2,
        "module-completed": 1,
        "webinar-joined": 2,
        "webinar-left": 2,
        "webinar-attended": 1,
    }
    assert len(runs) == 2
    for run in runs.values():
        assert follows_patterns(sorted(run, key=lambda one: one["timestamp"]), PROFILE)


def test_replay_gives_the_same_statements(
    database: Session, recorder: Recorder, learner: Learner, now: datetime, placement: Placement
) -> None:
    live(database, recorder, learner, now, placement.id)
    before = export(database)
    with writing(database):
        placement.resource_link.deployment.platform.name = "Un altro nome"
    with writing(database):
        replay(database)
    assert export(database) == before


def test_context_says_where_the_learner_came_from_and_nothing_of_the_person(
    database: Session, recorder: Recorder, learner: Learner, now: datetime, placement: Placement
) -> None:
    with writing(database):
        recorder.record(database, [lesson_read(learner.id, "m1-l1", now, placement.id)], now)
    (said,) = own(database)
    platform = placement.resource_link.deployment.platform
    assert said["context"]["platform"] == "LMS di Prova"
    assert said["context"]["extensions"][f"{BASE_URL}/xapi/ext/lti"] == {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "deployment_id": "dep 1",
        "resource_link_id": "link/7",
    }
    (link,) = said["context"]["contextActivities"]["other"]
    assert link["id"].endswith("/deployment/dep%201/link/link%2F7")
    assert learner.name not in json.dumps(said)


def test_a_link_to_the_whole_programme_says_where_the_learner_came_from_too(
    database: Session, recorder: Recorder, learner: Learner, now: datetime, placement: Placement
) -> None:
    teller = Teller(learner.id, PROGRAMME, MODULE.revision, None, now, came_by=placement.id)
    with writing(database):
        recorder.record(database, [teller.fact(Kind.LESSON_READ, "m1-l1", "lesson:m1-l1", {})], now)
    (said,) = own(database)
    assert said["context"]["platform"] == "LMS di Prova"


def test_a_platform_that_is_renamed_is_said_from_then_on_only(
    database: Session, recorder: Recorder, learner: Learner, now: datetime, placement: Placement
) -> None:
    for number, name in enumerate(("Prima", "Poi", "Poi"), 1):
        with writing(database):
            placement.resource_link.deployment.platform.name = name
        at = now + timedelta(minutes=number)
        with writing(database):
            recorder.record(database, [lesson_read(learner.id, f"m1-l{number}", at, placement.id)], at)
    assert [one["context"]["platform"] for one in own(database)] == ["Prima", "Poi", "Poi"]
    origins = select(Evidence).where(Evidence.kind == Kind.ORIGIN_IN_FORCE)
    assert len(database.scalars(origins).all()) == 2


def test_whoever_comes_by_no_link_has_no_platform(
    database: Session, recorder: Recorder, learner: Learner, now: datetime
) -> None:
    with writing(database):
        recorder.record(database, [lesson_read(learner.id, "m1-l1", now)], now)
    (said,) = own(database)
    assert "platform" not in said["context"]
    assert said["context"]["extensions"].keys() == {SUBREGISTRATION}


def test_an_answer_is_said_as_xapi_writes_its_kind_of_question(
    database: Session, recorder: Recorder, learner: Learner, now: datetime
) -> None:
    with writing(database):
        recorder.record(database, [handed_in(learner.id, now, None, 1, right=True)], now)
    kinds = {"single": "choice", "multiple": "choice", "true_false": "true-false"}
    kinds |= {"matching": "matching", "ordering": "sequencing"}
    assert MODULE.assessment is not None
    questions = {one.id: one for one in MODULE.assessment.questions}
    answered = [one for one in own(database) if one["verb"]["id"].endswith("answered")]
    for said in answered:
        question = questions[said["object"]["id"].rpartition("/")[2]]
        assert said["object"]["definition"]["interactionType"] == kinds[question.kind]
        assert said["result"]["success"] is True
        response = said["result"]["response"]
        if question.kind == "matching":
            pairs = zip((one.id for one in question.choices), question.answer, strict=True)
            assert response == "[,]".join(f"{one}[.]{other}" for one, other in pairs)
        else:
            assert response == "[,]".join(question.answer)
    assert len(answered) == len(questions)


def test_handing_in_writes_its_statements_in_one_go(
    database: Session, recorder: Recorder, learner: Learner, now: datetime, placement: Placement
) -> None:
    sentences: list[str] = []

    def note(_connection: object, _cursor: object, sentence: str, *_rest: object) -> None:
        sentences.append(sentence)

    with writing(database):
        recorder.record(database, [lesson_read(learner.id, "m1-l1", now, placement.id)], now)
    fact = handed_in(learner.id, now, placement.id, 1, right=True)
    event.listen(database.get_bind(), "before_cursor_execute", note)
    try:
        with writing(database):
            recorder.record(database, [fact], now)
    finally:
        event.remove(database.get_bind(), "before_cursor_execute", note)
    assert len([one for one in sentences if " INTO statements (" in one]) == 1
    assert len(sentences) < 40, "\n".join(sentences)
