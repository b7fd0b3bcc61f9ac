"""A run through a simulation: choices and end are said, count for nothing else, and come back by replay."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from course_content.profile import SUBREGISTRATION
from course_content.profile_document import profile_document
from course_content.simulations import best_path
from lms_plugin.lti.platform import Placement
from lms_plugin.modules.facts import Teller
from lms_plugin.modules.progress import read_progress
from lms_plugin.modules.simulation_facts import choice_made, run_started
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.recorder import Recorder
from lms_plugin.records.replay import replay
from lms_plugin.records.statement import Statement
from lms_plugin.records.verify import verify
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.services.exports import export
from tests.services.learning import BASE_URL, PROGRAMME, PROGRAMMES
from tests.services.xapi_templates import follows_patterns, matching

PROFILE = profile_document(BASE_URL, 2)
MODULE = PROGRAMMES[PROGRAMME].module("m6")
STORY = MODULE.simulation("m6-s1")

Json = dict[str, Any]


@pytest.fixture
def placement(database: Session) -> Placement:
    with writing(database):
        learner = make_learner(database)
        return make_placement(database, learner, make_deployment(database))


def play(
    database: Session, recorder: Recorder, now: datetime, placement: Placement, runs: int = 2
) -> list[Json]:
    """Plays the best path as often, one choice a minute; the statements of it all, in order."""
    learner = placement.learner_id
    moment = now
    for number in range(1, runs + 1):
        tell(database, recorder, [run_started(_teller(learner, moment, placement), STORY, number)], moment)
        for step in best_path(STORY).steps:
            moment += timedelta(minutes=1)
            run = read_progress(_evidence(database, learner)).runs[STORY.id][-1]
            teller = _teller(learner, moment, placement)
            tell(database, recorder, choice_made(teller, STORY, run, step.node, step.choice), moment)
    bodies = database.scalars(select(Statement.body).order_by(Statement.stored))
    return [json.loads(body) for body in bodies]


def tell(database: Session, recorder: Recorder, facts: list[Fact], now: datetime) -> None:
    with writing(database):
        for fact in facts:
            recorder.record(database, [fact], now)


def _teller(learner: UUID, at: datetime, placement: Placement) -> Teller:
    return Teller(learner, PROGRAMME, MODULE.revision, placement.id, at)


def _evidence(database: Session, learner: UUID) -> list[Evidence]:
    rows = select(Evidence).where(Evidence.learner_id == learner).order_by(Evidence.sequence)
    return list(database.scalars(rows))


def test_every_choice_and_each_end_is_a_statement_of_its_template(
    database: Session, recorder: Recorder, now: datetime, placement: Placement
) -> None:
    said = play(database, recorder, now, placement)

    names = [name.partition("#")[2] for one in said for name in matching(one, PROFILE)]
    assert names == 2 * [*4 * ["simulation-chosen"], "simulation-completed"]
    assert len({one["id"] for one in said}) == len(said)
    assert follows_patterns(said, PROFILE)
    runs = {one["context"]["extensions"][SUBREGISTRATION][0]["subregistration"] for one in said}
    assert len(runs) == 1


def test_a_choice_says_fork_response_and_simulation_and_judges_nobody(
    database: Session, recorder: Recorder, now: datetime, placement: Placement
) -> None:
    chosen, *_others, ended = play(database, recorder, now, placement, runs=1)

    assert chosen["object"] == {
        "objectType": "Activity",
        "id": f"{BASE_URL}/xapi/activities/co-alizione/m6-s1-n1",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "name": {"it": "La telefonata della prefettura. Qual è la tua prima mossa?"},
            "interactionType": "choice",
        },
    }
    assert chosen["result"] == {"response": "b"}
    (parent,) = chosen["context"]["contextActivities"]["parent"]
    assert parent["id"].endswith("/m6-s1")
    assert ended["result"] == {
        "completion": True,
        "score": {"raw": 55, "min": 0, "max": 80, "scaled": 0.6875},
    }


def test_playing_changes_no_score_and_completes_no_module(
    database: Session, recorder: Recorder, now: datetime, placement: Placement
) -> None:
    play(database, recorder, now, placement)

    rows = database.scalars(select(Completion).order_by(Completion.decided_at)).all()
    assert [(row.activity_kind, row.activity_id, row.score_percent) for row in rows] == 2 * [
        ("simulation", "m6-s1", None)
    ]
    assert database.scalars(select(OutboxItem)).all() == []


def test_replay_gives_the_same_and_verify_finds_nothing(
    database: Session, recorder: Recorder, now: datetime, placement: Placement
) -> None:
    play(database, recorder, now, placement)
    before = export(database)
    with writing(database):
        replay(database)

    assert export(database) == before
    assert verify(database).sound
