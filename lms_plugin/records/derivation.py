"""Every row that follows from one learner's evidence, planned but not written yet."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from course_content.statements import timestamp
from lms_plugin.records.actor import Actor
from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.completion import Completion
from lms_plugin.records.conclusion import Conclusion, Moment
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.naming import completion_id_of, outbox_id_of, statement_id_of, voiding_id_of
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.rules import conclude
from lms_plugin.records.saying import VERBS, authority, say, say_taken_back
from lms_plugin.records.scores import Score, scores
from lms_plugin.records.statement_form import kept_form
from lms_plugin.records.statement_order import TICK

AGS = "ags"
ROOM = 1000  # positions kept for what one row of evidence may put into a lane


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """A statement that says a conclusion, or (`voiding`) takes it back; built only where it is missing.

    `place` counts what one row of evidence gave, so that `stored` keeps the order: answers, then the verdict.
    """

    id: UUID
    completion_id: UUID
    conclusion: Conclusion
    moment: Moment
    voiding: bool
    place: int = 0

    @property
    def stored(self) -> datetime:
        """As of when the evidence that decided was recorded, each a little after the one before it."""
        return self.moment.recorded_at + self.place * TICK

    def stored_by(self, actor: Actor) -> tuple[dict[str, Any], dict[str, Any], datetime]:
        """The statement, who vouches for it (we do), and when it is stored."""
        return self.build(actor), authority(self.conclusion.rule.base_url), self.stored

    def kept(self, actor: Actor) -> dict[str, Any]:
        """As the LRS keeps it."""
        statement, by_us, stored = self.stored_by(actor)
        return kept_form(statement, authority=by_us, stored=stored)

    def build(self, actor: Actor) -> dict[str, Any]:
        """The xAPI statement, in canonical order: the builder's own order differs between processes."""
        if self.voiding:
            return _ordered(say_taken_back(actor, self.conclusion, self.moment))
        return _ordered(say(actor, self.conclusion))


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A row of the outbox at birth: a score's payload, and where it goes."""

    id: UUID
    target: str
    lane: UUID
    position: int
    completion_id: UUID
    created_at: datetime
    payload: str

    def row(self) -> OutboxItem:
        """The row, waiting and due at once."""
        return OutboxItem(
            id=self.id,
            target=self.target,
            lane=self.lane,
            position=self.position,
            completion_id=self.completion_id,
            payload=self.payload,
            created_at=self.created_at,
            status="waiting",
            attempts=0,
            due_at=self.created_at,
        )


@dataclass(frozen=True, slots=True)
class Derived:
    """All that follows for one learner, each by its id, in the order decided."""

    completions: dict[UUID, Conclusion]
    statements: dict[UUID, PlannedStatement]
    outbox: dict[UUID, PlannedItem]


def derive(actor: Actor, rows: Sequence[Evidence]) -> Derived:
    """What follows from the deciding rows of one learner, in the order of sequence."""
    conclusions = conclude(rows)
    statements = _in_places(sorted(_statements(actor, conclusions), key=_order))
    return Derived(
        {
            _completion_id(actor, one): one
            for one in conclusions
            if one.is_completion and one.superseded is None
        },
        {one.id: one for one in statements},
        {one.id: one for one in _score_items(actor, scores(rows, conclusions))},
    )


def _ordered(statement: dict[str, Any]) -> dict[str, Any]:
    ordered: dict[str, Any] = json.loads(canonical_json(statement))
    return ordered


def _order(planned: PlannedStatement) -> tuple[int, bool]:
    """As decided; what takes an earlier one back comes before what replaces it."""
    return planned.moment.sequence, not planned.voiding


def _in_places(statements: Iterable[PlannedStatement]) -> Iterator[PlannedStatement]:
    """Those of the profile's first version are all stored as of the same instant, as they were."""
    places: Counter[int] = Counter()
    for one in statements:
        first_version = one.conclusion.rule.profile == 1
        yield one if first_version else replace(one, place=places[one.moment.sequence])
        places[one.moment.sequence] += 1


def completion_row(learner_id: UUID, one: UUID, conclusion: Conclusion, actor: Actor) -> Completion:
    """The conclusion as a row."""
    return Completion(
        id=one,
        learner_id=learner_id,
        programme_id=conclusion.programme_id,
        activity_id=conclusion.activity_id,
        activity_kind=conclusion.kind,
        outcome=conclusion.outcome,
        score_percent=conclusion.score_percent,
        duration_seconds=conclusion.duration_seconds,
        rule_version=conclusion.rule_version,
        evidence_ids=[str(evidence) for evidence in conclusion.evidence_ids],
        placement_id=conclusion.placement_id,
        statement_id=statement_id_of(actor, conclusion, VERBS[conclusion.outcome]),
        completed_at=conclusion.completed_at,
        decided_at=conclusion.decided.recorded_at,
    )


def _completion_id(actor: Actor, conclusion: Conclusion) -> UUID:
    return completion_id_of(statement_id_of(actor, conclusion, VERBS[conclusion.outcome]))


def _statements(actor: Actor, conclusions: Sequence[Conclusion]) -> Iterator[PlannedStatement]:
    for one in conclusions:
        stated, completion = statement_id_of(actor, one, VERBS[one.outcome]), _completion_id(actor, one)
        yield PlannedStatement(stated, completion, one, one.decided, voiding=False)
        if one.superseded is not None:
            yield PlannedStatement(voiding_id_of(actor, one), completion, one, one.superseded, voiding=True)


def _score_items(actor: Actor, told: Sequence[Score]) -> Iterator[PlannedItem]:
    for place, score in enumerate(told):
        payload = _score_payload(score)
        yield PlannedItem(
            id=outbox_id_of(AGS, payload),
            target=AGS,
            lane=score.placement_id,
            position=score.sequence * ROOM + place % ROOM,
            completion_id=_completion_id(actor, score.about),
            # Not before its timestamp: an LMS may refuse a score from the future.
            created_at=score.timestamp,
            payload=payload,
        )


def _score_payload(score: Score) -> str:
    return canonical_json(
        {
            "placement_id": str(score.placement_id),
            "programme_id": score.about.programme_id,
            "activity_id": score.about.rule.activity_id,
            "score_given": score.given,
            "score_maximum": score.maximum,
            "activity_progress": "Completed" if score.completed else "InProgress",
            "grading_progress": "FullyGraded",
            "timestamp": timestamp(score.timestamp),
            "comment": "",
        }
    )
