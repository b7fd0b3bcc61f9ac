"""Where a learner stands in a module, concluded from progress and completions: pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from course_content.programme import Assessment, Lesson, TrainingModule
from lms_plugin.modules.progress import Attempt, Progress
from lms_plugin.modules.simulation_standing import SimulationStanding
from lms_plugin.records.completion import Completion
from lms_plugin.web.clock import ROME

Status = Literal["preparing", "todo", "started", "done"]


@dataclass(frozen=True, slots=True)
class AssessmentStanding:
    """The attempts at one assessment; the best result counts."""

    assessment: Assessment
    attempts: tuple[Attempt, ...]
    reopened: int = 0

    @property
    def allowed(self) -> int:
        """How many attempts there are in all: those of the rules, and those that the secretariat added."""
        return self.assessment.attempts + self.reopened

    @property
    def open_attempt(self) -> Attempt | None:
        """The attempt that was started and not handed in."""
        return next((attempt for attempt in self.attempts if attempt.submission is None), None)

    @property
    def left(self) -> int:
        """How many attempts can still be started."""
        return max(0, self.allowed - len(self.attempts))

    @property
    def best(self) -> Attempt | None:
        """The attempt with the highest result; the earlier one of equals."""
        marked = [(attempt.submission.percent, attempt) for attempt in self.attempts if attempt.submission]
        return max(marked, key=lambda pair: pair[0])[1] if marked else None

    @property
    def passed(self) -> bool:
        """Whether any attempt was enough."""
        return any(attempt.submission and attempt.submission.passed for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class LessonStanding:
    """One lesson and when it was read, if it was."""

    lesson: Lesson
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModuleStanding:
    """One module for one learner. `completion` is our recorded conclusion: only it says «completed»."""

    module: TrainingModule
    lessons: tuple[LessonStanding, ...]
    assessment: AssessmentStanding | None
    completion: Completion | None
    simulations: tuple[SimulationStanding, ...] = ()

    @property
    def read(self) -> int:
        """How many lessons were read."""
        return sum(lesson.read_at is not None for lesson in self.lessons)

    @property
    def next_lesson(self) -> Lesson | None:
        """The first lesson that was not read."""
        return next((one.lesson for one in self.lessons if one.read_at is None), None)

    @property
    def status(self) -> Status:
        """In one word; a module whose rule changed after it was completed stays completed."""
        if not self.module.ready:
            return "preparing"
        if self.completion is not None:
            return "done"
        begun = self.read or (self.assessment and self.assessment.attempts)
        return "started" if begun else "todo"


def module_standing(
    module: TrainingModule, progress: Progress, completions: Iterable[Completion]
) -> ModuleStanding:
    """Where the learner of this progress and these completions stands in a module."""
    return ModuleStanding(
        module=module,
        lessons=tuple(
            LessonStanding(lesson, progress.lessons_read.get(lesson.id)) for lesson in module.lessons
        ),
        assessment=assessment_standing(module.assessment, progress) if module.assessment else None,
        completion=completion_of(module.id, completions),
        simulations=tuple(
            SimulationStanding(one, progress.runs.get(one.id, ())) for one in module.simulations
        ),
    )


def shown_progress(standing: ModuleStanding) -> tuple[Any, ...] | None:
    """All that a module's page shows of this progress; None once there is a result or a conclusion in it.

    Of when a lesson was read the page shows the day, in Italy.
    """
    assessment = standing.assessment
    played_out = any(one.ended for one in standing.simulations)
    if standing.completion is not None or (assessment and assessment.best) or played_out:
        return None
    played = tuple(one.shown() for one in standing.simulations)
    days = tuple(one.read_at.astimezone(ROME).date() if one.read_at else None for one in standing.lessons)
    if assessment is None:
        return (*days, *played)
    return (
        *days,
        *played,
        assessment.left,
        assessment.open_attempt.number if assessment.open_attempt else None,
    )


def assessment_standing(assessment: Assessment, progress: Progress) -> AssessmentStanding:
    """Where the learner stands in an assessment."""
    attempts, reopened = progress.attempts.get(assessment.id, ()), progress.reopened.get(assessment.id, 0)
    return AssessmentStanding(assessment, attempts, reopened)


def completion_of(activity_id: str, completions: Iterable[Completion]) -> Completion | None:
    """The first conclusion that the activity is done; a failed attempt is none."""
    done = [one for one in completions if one.activity_id == activity_id and one.outcome != "failed"]
    return min(done, key=lambda one: one.decided_at) if done else None
