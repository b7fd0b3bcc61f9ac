"""When lessons, assessments and modules are done.

A lesson is completed by `lesson.read`. Every submitted attempt at the assessment is passed or failed by the
threshold that the attempt itself recorded. A module is completed when every lesson of the rule in force is
completed (if the rule asks for that) and an attempt was passed (if there is an assessment). The final
assessment of a programme is judged the same way, and belongs to no module. Whoever comes to the end of a
simulation has completed it, once for each run; it counts for nothing else.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from course_content.facts import Points
from lms_plugin.records.answers import Answered, answers_in, choice_in
from lms_plugin.records.conclusion import Conclusion, moment_of
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.records.origin import Origin
from lms_plugin.records.rule_in_force import FINAL_ASSESSMENT, RuleInForce

PLAYING = frozenset({Kind.SIMULATION_CHOSEN, Kind.SIMULATION_ENDED})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submitted attempt."""

    row: Evidence
    percent: int
    passed: bool
    answers: tuple[Answered, ...]


class ModuleState:
    """What is known so far about one learner and one module."""

    attempt_kind = "assessment"

    def __init__(self, rule: RuleInForce) -> None:
        self.rule = rule
        self.placement_id: UUID | None = None
        self.origin: Origin | None = None
        self.read: dict[str, Evidence] = {}
        self.attempts: list[Attempt] = []
        self.concluded_lessons: set[str] = set()
        self.concluded_attempts = 0
        self.played: list[Evidence] = []
        self.concluded_plays = 0
        self.completed = False

    def absorb(self, row: Evidence) -> None:
        """Takes note of a row, without concluding."""
        self.placement_id = row.placement_id or self.placement_id
        if row.kind == Kind.LESSON_READ:
            self.read.setdefault(row.activity_id, row)
        elif row.kind == Kind.ASSESSMENT_SUBMITTED:
            said = json.loads(row.payload)
            passed = said["percent"] >= said["pass_percent"]
            self.attempts.append(Attempt(row, said["percent"], passed, tuple(answers_in(said))))
        elif row.kind in PLAYING:
            self.played.append(row)

    def settle(self, row: Evidence, conclusions: list[Conclusion]) -> None:
        """Adds what follows now and did not before; `row` is what decided."""
        for lesson, read in self.read.items():
            if lesson in self.rule.lessons and lesson not in self.concluded_lessons:
                self.concluded_lessons.add(lesson)
                conclusions.append(self._lesson(row, read))
        self._settle_attempts(row, conclusions)
        for played in self.played[self.concluded_plays :]:
            self.concluded_plays += 1
            conclusions.append(self._play(row, played))
        if not self.completed and self._is_complete():
            self.completed = True
            conclusions.append(self._module(row))

    def _settle_attempts(self, row: Evidence, conclusions: list[Conclusion]) -> None:
        for attempt in self.attempts[self.concluded_attempts :]:
            self.concluded_attempts += 1
            conclusions.extend(self._answers(row, attempt))
            conclusions.append(self._attempt(row, attempt))

    def _is_complete(self) -> bool:
        read = self.read.keys() >= self.rule.lessons.keys() or not self.rule.all_lessons
        passed = self.rule.assessment_id is None or any(attempt.passed for attempt in self.attempts)
        return read and passed and bool(self.read or self.attempts)

    def _lesson(self, row: Evidence, read: Evidence) -> Conclusion:
        return self._conclusion(row, (read,), read.activity_id, "lesson", "completed", 1, None)

    def _attempt(self, row: Evidence, attempt: Attempt) -> Conclusion:
        outcome = "passed" if attempt.passed else "failed"
        activity, ordinal = attempt.row.activity_id, self.concluded_attempts
        return self._conclusion(
            row, (attempt.row,), activity, self.attempt_kind, outcome, ordinal, attempt.percent
        )

    def _answers(self, row: Evidence, attempt: Attempt) -> Iterator[Conclusion]:
        """What was answered, before how the attempt was judged."""
        if self.rule.profile == 1:
            return
        for one in attempt.answers:
            said = self._conclusion(
                row,
                (attempt.row,),
                one.question_id,
                "question",
                "answered",
                self.concluded_attempts,
                one.score_percent,
            )
            yield replace(said, answered=one)

    def _play(self, row: Evidence, played: Evidence) -> Conclusion:
        """A choice in a simulation, or its end; neither counts for the module."""
        said = json.loads(played.payload)
        run, simulation = said["run"], played.activity_id
        if played.kind == Kind.SIMULATION_ENDED:
            ended = self._conclusion(row, (played,), simulation, "simulation", "completed", run, None)
            return replace(ended, points=Points(said["total"], said["least_total"], said["most_total"]))
        chosen = choice_in(said)
        made = self._conclusion(row, (played,), chosen.question_id, "choice", "answered", run, None)
        return replace(made, answered=chosen, part_of=simulation)

    def _module(self, row: Evidence) -> Conclusion:
        lessons = [self.read[lesson] for lesson in self.rule.lessons if lesson in self.read]
        because = (*lessons, *(attempt.row for attempt in self.attempts))
        best = max((attempt.percent for attempt in self.attempts), default=None)
        return self._conclusion(row, because, self.rule.activity_id, "module", "completed", 1, best)

    def _conclusion(
        self,
        row: Evidence,
        because: tuple[Evidence, ...],
        activity_id: str,
        kind: str,
        outcome: str,
        ordinal: int,
        score_percent: int | None,
    ) -> Conclusion:
        ordered = sorted(because, key=lambda fact: fact.sequence)
        return Conclusion(
            programme_id=row.programme_id,
            activity_id=activity_id,
            kind=kind,
            outcome=outcome,
            ordinal=ordinal,
            rule=self.rule,
            rule_version=self.rule.version,
            evidence_ids=tuple(fact.id for fact in ordered),
            placement_id=self.placement_id,
            completed_at=max(fact.occurred_at for fact in ordered),
            decided=moment_of(row),
            score_percent=score_percent,
            origin=self.origin,
        )


class FinalAssessmentState(ModuleState):
    """The same of the programme's final assessment: each attempt is passed or failed, and nothing more.

    There are no lessons, so what is concluded about the whole is the verdict itself.
    """

    attempt_kind = FINAL_ASSESSMENT

    def settle(self, row: Evidence, conclusions: list[Conclusion]) -> None:
        """Adds the verdicts that follow now and did not before; `row` is what decided."""
        self._settle_attempts(row, conclusions)
