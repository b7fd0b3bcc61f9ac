"""What a learner has done so far, read from evidence: pure functions, nothing is remembered anywhere else."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from lms_plugin.modules.simulation_runs import PLAYED, Run, Told, read_runs
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The newest answer to one question. `fields`: half-given pairs and places; `saves` counts the facts."""

    answer: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    saves: int = 1


@dataclass(frozen=True, slots=True)
class Submission:
    """An attempt as it was handed in and marked."""

    at: datetime
    revision: str
    answers: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, Fraction]
    percent: int
    pass_percent: int

    @property
    def passed(self) -> bool:
        """Whether this attempt reached the threshold that was in force."""
        return self.percent >= self.pass_percent


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at an assessment; open until it has a submission."""

    number: int
    seed: str
    revision: str
    started_at: datetime
    saved: Mapping[str, SavedAnswer]
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything one learner did in one programme, by id of lesson, self-check, assessment, simulation."""

    lessons_read: Mapping[str, datetime]
    self_checks: Mapping[str, SavedAnswer]
    attempts: Mapping[str, tuple[Attempt, ...]]
    reopened: Mapping[str, int] = field(default_factory=dict)  # attempts that the secretariat added
    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)

    def attempt(self, assessment_id: str, number: int) -> Attempt | None:
        """One attempt, if it was started."""
        return next((one for one in self.attempts.get(assessment_id, ()) if one.number == number), None)


NOTHING_DONE = Progress({}, {}, {})


def read_progress(evidence: Iterable[Evidence]) -> Progress:
    """The progress that these rows, in order of sequence, tell; kinds of other rooms are passed over."""
    told = [(Kind(row.kind), row, json.loads(row.payload)) for row in evidence if row.kind in _OURS]
    return Progress(
        lessons_read=_lessons_read(told),
        self_checks=_saved(payload for kind, _row, payload in told if kind is Kind.SELF_CHECK_ANSWERED),
        attempts=_attempts(told),
        reopened=Counter(row.activity_id for kind, row, _payload in told if kind is Kind.ASSESSMENT_REOPENED),
        runs=read_runs(told),
    )


_OURS = frozenset(
    {
        Kind.LESSON_READ,
        Kind.SELF_CHECK_ANSWERED,
        Kind.ASSESSMENT_STARTED,
        Kind.ASSESSMENT_ANSWERED,
        Kind.ASSESSMENT_SUBMITTED,
        Kind.ASSESSMENT_REOPENED,
        *PLAYED,
    }
)


def _lessons_read(told: Iterable[Told]) -> Mapping[str, datetime]:
    read: dict[str, datetime] = {}
    for kind, row, _payload in told:
        if kind is Kind.LESSON_READ:
            read.setdefault(row.activity_id, row.occurred_at)
    return read


def _saved(payloads: Iterable[Mapping[str, Any]]) -> dict[str, SavedAnswer]:
    newest: dict[str, SavedAnswer] = {}
    for payload in payloads:
        before = newest.get(payload["question"])
        newest[payload["question"]] = SavedAnswer(
            answer=tuple(payload["answer"]),
            fields=payload.get("fields", {}),
            saves=before.saves + 1 if before else 1,
        )
    return newest


def _attempts(told: list[Told]) -> dict[str, tuple[Attempt, ...]]:
    found: dict[str, tuple[Attempt, ...]] = {}
    for kind, row, payload in told:
        if kind is Kind.ASSESSMENT_STARTED:
            of_attempt = [
                one
                for one in told
                if one[1].activity_id == row.activity_id and one[2].get("attempt") == payload["attempt"]
            ]
            found[row.activity_id] = (*found.get(row.activity_id, ()), _attempt(row, payload, of_attempt))
    return found


def _attempt(started: Evidence, payload: Mapping[str, Any], told: list[Told]) -> Attempt:
    return Attempt(
        number=payload["attempt"],
        seed=payload["seed"],
        revision=payload["revision"],
        started_at=started.occurred_at,
        saved=_saved(one for kind, _row, one in told if kind is Kind.ASSESSMENT_ANSWERED),
        submission=next(
            (_submission(row, one) for kind, row, one in told if kind is Kind.ASSESSMENT_SUBMITTED), None
        ),
    )


def _submission(row: Evidence, payload: Mapping[str, Any]) -> Submission:
    return Submission(
        at=row.occurred_at,
        revision=payload["revision"],
        answers={question: tuple(answer) for question, answer in payload["answers"].items()},
        scores={question: Fraction(score) for question, score in payload["scores"].items()},
        percent=payload["percent"],
        pass_percent=payload["pass_percent"],
    )
