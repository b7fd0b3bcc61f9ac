"""What a visitor of the player does, and what the tables hold about them afterwards."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from course_content.assessments import draw
from course_content.programme import Assessment
from course_content.questions import Question
from lms_plugin.modules.answers import field_name
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence

SITE = "https://formazione.example"
PROGRAMME = "/programmes/co-alizione"
MODULE = f"{PROGRAMME}/modules/m1"
ASSESSMENT = f"{MODULE}/assessment"
FINAL = f"{PROGRAMME}/final-assessment"
Form = dict[str, Any]


@dataclass
class Visitor:
    """One person in one browser."""

    client: FlaskClient
    database: Session
    visit: str
    learner_id: UUID | None

    def get(self, path: str, **options: Any) -> TestResponse:
        """A page of the visit, by its path after /v/<visit>."""
        return self.client.get(f"/v/{self.visit}{path}", base_url=SITE, **options)

    def post(self, path: str, form: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """A form sent to a page of the visit."""
        return self.client.post(f"/v/{self.visit}{path}", data=form or {}, base_url=SITE, **options)

    def evidence(self, kind: str) -> Sequence[Evidence]:
        """This person's facts of a kind, in order."""
        self.database.rollback()
        rows = select(Evidence).where(Evidence.learner_id == self.learner_id, Evidence.kind == kind)
        return self.database.scalars(rows.order_by(Evidence.sequence)).all()

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        """What those facts say."""
        return [json.loads(row.payload) for row in self.evidence(kind)]

    def outcomes(self, activity_id: str) -> list[str]:
        """What was concluded about an activity, oldest first."""
        self.database.rollback()
        rows = select(Completion).where(
            Completion.learner_id == self.learner_id, Completion.activity_id == activity_id
        )
        return [row.outcome for row in self.database.scalars(rows.order_by(Completion.decided_at))]

    def start(self, assessment: str = ASSESSMENT) -> tuple[str, int]:
        """Starts an attempt: its path and its number."""
        place = self.post(assessment).headers["Location"].removeprefix(f"/v/{self.visit}")
        return place, int(place.rpartition("/")[2])

    def drawn(self, assessment: Assessment, number: int) -> tuple[Question, ...]:
        """The questions of an attempt, by the seed that was kept."""
        seeds = {one["attempt"]: one["seed"] for one in self.payloads("assessment.started")}
        return draw(assessment, seeds[number])


def right(questions: Sequence[Question]) -> Form:
    """A form with the right answer to every question."""
    form: Form = {}
    for question in questions:
        form |= right_answer(question)
    return form


def right_answer(question: Question) -> Form:
    """The form fields that answer a question rightly."""
    if question.kind == "matching":
        return {
            field_name(question, choice.id): target
            for choice, target in zip(question.choices, question.answer, strict=True)
        }
    if question.kind == "ordering":
        return {field_name(question, choice): str(place) for place, choice in enumerate(question.answer, 1)}
    return {question.id: list(question.answer)}


def wrong(questions: Sequence[Question]) -> Form:
    """A form with a wrong, complete answer to every question."""
    form: Form = {}
    for question in questions:
        form |= wrong_answer(question)
    return form


def wrong_answer(question: Question) -> Form:
    """Form fields that answer a question, and score nothing."""
    if question.kind == "matching":
        return {
            field_name(question, choice.id): next(one.id for one in question.targets if one.id != target)
            for choice, target in zip(question.choices, question.answer, strict=True)
        }
    if question.kind == "ordering":
        moved = (*question.answer[1:], question.answer[0])
        return {field_name(question, choice): str(place) for place, choice in enumerate(moved, 1)}
    others = [choice.id for choice in question.choices if choice.id not in question.answer]
    return {question.id: others if question.kind == "multiple" else others[:1]}


def text_of(answer: TestResponse) -> str:
    """The words of a page, without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
