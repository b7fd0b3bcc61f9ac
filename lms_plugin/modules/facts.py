"""The facts that the player tells the ledger, and the keys that make telling them twice harmless."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from course_content.assessments import percent, score
from course_content.programme import Assessment
from course_content.questions import Question
from lms_plugin.modules.answers import Given, is_empty
from lms_plugin.modules.attending import SOURCE
from lms_plugin.modules.interactions import sayable
from lms_plugin.modules.progress import Attempt, SavedAnswer
from lms_plugin.records.fact import Fact, Kind


@dataclass(frozen=True, slots=True)
class Teller:
    """Who does something, where and when; what every fact of one request shares."""

    learner_id: UUID
    programme_id: str
    revision: str
    placement_id: UUID | None
    at: datetime
    came_by: UUID | None = None

    def fact(self, kind: Kind, activity_id: str, key: str, payload: Mapping[str, Any]) -> Fact:
        """A fact of the player. Keys name the programme: two programmes may both have a lesson m1-l1."""
        return Fact(
            learner_id=self.learner_id,
            key=f"{self.programme_id}/{key}",
            kind=kind,
            programme_id=self.programme_id,
            activity_id=activity_id,
            source=SOURCE,
            payload=payload,
            occurred_at=self.at,
            placement_id=self.placement_id,
            came_by=self.came_by,
        )


def lesson_read(teller: Teller, lesson_id: str) -> Fact:
    """The learner says the lesson is read."""
    return teller.fact(Kind.LESSON_READ, lesson_id, f"lesson:{lesson_id}", {})


def self_check_answered(
    teller: Teller, lesson_id: str, question: Question, given: Given, before: SavedAnswer | None
) -> list[Fact]:
    """An answer to a self-check; nothing when it is the one that is already kept."""
    if before is not None and before.answer == given.answer:
        return []
    count = before.saves + 1 if before else 1
    payload = {
        "question": question.id,
        "answer": list(given.answer),
        "score": fraction(score(question, given.answer)),
    }
    return [teller.fact(Kind.SELF_CHECK_ANSWERED, lesson_id, f"self-check:{question.id}:{count}", payload)]


def attempt_started(teller: Teller, assessment: Assessment, number: int, seed: str) -> Fact:
    """An attempt begins; its seed decides the questions, and is kept before any of them is shown."""
    payload = {"attempt": number, "seed": seed, "revision": teller.revision}
    return teller.fact(
        Kind.ASSESSMENT_STARTED, assessment.id, f"assessment:{assessment.id}:{number}:started", payload
    )


def answers_saved(
    teller: Teller, assessment: Assessment, attempt: Attempt, given: Mapping[str, Given]
) -> list[Fact]:
    """One fact for each question whose answer is not the one that is already kept."""
    facts: list[Fact] = []
    for question_id, one in given.items():
        before = attempt.saved.get(question_id)
        if _unchanged(before, one):
            continue
        count = before.saves + 1 if before else 1
        payload: dict[str, Any] = {
            "attempt": attempt.number,
            "question": question_id,
            "answer": list(one.answer),
        }
        if one.fields:
            payload["fields"] = dict(one.fields)
        key = f"assessment:{assessment.id}:{attempt.number}:answer:{question_id}:{count}"
        facts.append(teller.fact(Kind.ASSESSMENT_ANSWERED, assessment.id, key, payload))
    return facts


def _unchanged(before: SavedAnswer | None, given: Given) -> bool:
    if before is None:
        return is_empty(given)
    return before.answer == given.answer and dict(before.fields) == dict(given.fields)


def attempt_submitted(
    teller: Teller,
    assessment: Assessment,
    attempt: Attempt,
    questions: Sequence[Question],
    given: Mapping[str, Given],
) -> Fact:
    """An attempt handed in and marked; `questions` are those of the bank that were drawn."""
    scores = {question.id: score(question, given[question.id].answer) for question in questions}
    payload = {
        "attempt": attempt.number,
        "seed": attempt.seed,
        "revision": teller.revision,
        "answers": {question.id: list(given[question.id].answer) for question in questions},
        "scores": {question_id: fraction(one) for question_id, one in scores.items()},
        "percent": percent(list(scores.values())),
        "pass_percent": assessment.pass_percent,
        "questions": [sayable(question, given[question.id].answer) for question in questions],
    }
    key = f"assessment:{assessment.id}:{attempt.number}:submitted"
    return teller.fact(Kind.ASSESSMENT_SUBMITTED, assessment.id, key, payload)


def fraction(value: Fraction) -> str:
    """A score as it is kept: «2/3», «1/1»."""
    return f"{value.numerator}/{value.denominator}"
