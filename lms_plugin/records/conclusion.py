"""One thing that follows from evidence, before it is written anywhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from course_content.facts import Points
from lms_plugin.records.answers import Answered
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.origin import Origin
from lms_plugin.records.rule_in_force import RuleInForce

UNGRADED = frozenset({"programme", "simulation"})
COMPLETING = frozenset({"completed", "passed", "failed", "attended"})


@dataclass(frozen=True, slots=True)
class Moment:
    """The row of evidence that decided something: its place, when it happened, when we learnt of it."""

    sequence: int
    occurred_at: datetime
    recorded_at: datetime


def moment_of(row: Evidence) -> Moment:
    """The place and the instants of a row."""
    return Moment(row.sequence, row.occurred_at, row.recorded_at)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`ordinal` counts the conclusions of this kind about this activity, from 1; `rule` words it.

    `superseded` is set when later evidence took it back. What merely happened (`answered`, `joined`, `left`)
    is said in a statement and is no completion. `part_of` is the simulation of a choice.
    """

    programme_id: str
    activity_id: str
    # lesson | question | assessment | module | webinar | final_assessment | programme | simulation | choice
    kind: str
    outcome: str  # completed | passed | failed | attended | answered | joined | left
    ordinal: int
    rule: RuleInForce
    rule_version: int
    evidence_ids: tuple[UUID, ...]
    placement_id: UUID | None
    completed_at: datetime
    decided: Moment
    score_percent: int | None = None
    duration_seconds: int | None = None
    superseded: Moment | None = None
    origin: Origin | None = None
    answered: Answered | None = None
    points: Points | None = None
    part_of: str | None = None

    @property
    def is_completion(self) -> bool:
        """Whether something is done by it."""
        return self.outcome in COMPLETING

    @property
    def is_graded(self) -> bool:
        """Whether it can change the score of its module or webinar."""
        return self.is_completion and self.kind not in UNGRADED
