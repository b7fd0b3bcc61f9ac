"""What pages hand to the ledger: one fact about one learner, before it has a place in the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What sort of fact; the payload of each is described beside it."""

    # What the programme asked for and how it was worded from here on, for one module or webinar; the recorder
    # adds it by itself, so that a later change of the programme leaves earlier conclusions as they were.
    RULE_IN_FORCE = "rule.in_force"  # see rule_in_force.py
    # Where the learner comes from to one module or webinar, from here on; the recorder adds it by itself.
    ORIGIN_IN_FORCE = "origin.in_force"  # see origin.py
    # {}: the learner came to a module or webinar through `placement_id`, which from then on gets its score.
    ACTIVITY_OPENED = "activity.opened"
    LESSON_READ = "lesson.read"  # {}
    SELF_CHECK_ANSWERED = "self_check.answered"  # {question, answer: [..], score: "1/1"}
    ASSESSMENT_STARTED = "assessment.started"  # {attempt: 1.., seed, revision}
    ASSESSMENT_ANSWERED = "assessment.answered"  # {attempt, question, answer: [..]}: saved before submission
    # {attempt, seed, revision, answers: {question: [..]}, scores: {question: "2/3"}, percent, pass_percent,
    #  questions: [{id, title, interaction, response}]}; questions since version 2 of the xAPI profile
    ASSESSMENT_SUBMITTED = "assessment.submitted"
    # {granted: 1.., reason, by: {role, staff: id} or {account}}: one attempt more, see reopening.py
    ASSESSMENT_REOPENED = "assessment.reopened"
    # A run through a branching simulation (`run` counts from 1), how it went, and nothing that anybody wrote.
    SIMULATION_STARTED = "simulation.started"  # {run, revision, node}: where it begins
    # {run, revision, node, choice, effects: {LEG: -1, ..}, indicators: {LEG: 9, ..} after it,
    #  next: node or null, said: {id, title, interaction, response}}
    SIMULATION_CHOSEN = "simulation.chosen"
    # {run, revision, path: ["n1:b", ..], indicators, total, least_total, most_total, band}
    SIMULATION_ENDED = "simulation.ended"
    WEBINAR_JOINED = "webinar.joined"  # {sitting, connection, role}
    WEBINAR_LEFT = "webinar.left"  # {sitting, connection, role}
    # {sittings: [..], attended_seconds, denominator_seconds, percent, threshold_percent, reached, estimated,
    #  rule_version, planned: [start, end], teaching: [[start, end]..], intervals: [..]}
    WEBINAR_SETTLED = "webinar.settled"


@dataclass(frozen=True, slots=True)
class Fact:
    """`key` names the fact for good: the same key for the same learner is the same fact, told again."""

    learner_id: UUID
    key: str
    kind: Kind
    programme_id: str
    activity_id: str
    source: str  # "module player", "webinar provider", "secretariat"
    payload: Mapping[str, Any]
    occurred_at: datetime
    placement_id: UUID | None = None
    # The placement that the learner came by, whatever it opens; statements say where it is from.
    came_by: UUID | None = None
