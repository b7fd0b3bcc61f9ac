"""A question and its answer as xAPI writes interactions (1.0.3 Data, appendix C)."""

from collections.abc import Mapping, Sequence
from typing import Any

from course_content.questions import Question, QuestionKind

INTERACTIONS: Mapping[QuestionKind, str] = {
    "single": "choice",
    "multiple": "choice",
    "true_false": "true-false",
    "matching": "matching",
    "ordering": "sequencing",
}


def sayable(question: Question, answer: Sequence[str]) -> dict[str, Any]:
    """What a statement needs to say the answer; `response` is empty where none was given."""
    return {
        "id": question.id,
        "title": {"it": question.prompt},
        "interaction": INTERACTIONS[question.kind],
        "response": _response(question, answer),
    }


def _response(question: Question, answer: Sequence[str]) -> str:
    if not any(answer):
        return ""
    if question.kind == "matching":
        pairs = zip((choice.id for choice in question.choices), answer, strict=False)
        return "[,]".join(f"{source}[.]{target}" for source, target in pairs)
    return "[,]".join(answer)
