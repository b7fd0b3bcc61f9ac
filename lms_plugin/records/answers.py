"""The answers of a submitted attempt, each as one thing to say.

Attempts carry what that needs (`questions`) since version 2 of the profile; nothing is said of earlier ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; `response` as xAPI writes it for this `interaction` (Data, appendix C)."""

    question_id: str
    title: Mapping[str, str]
    interaction: str
    response: str
    right: bool
    score_percent: int


def answers_in(payload: Mapping[str, Any]) -> Iterator[Answered]:
    """Those of an `assessment.submitted` payload that got an answer, in the order of the attempt."""
    for question in payload.get("questions", ()):
        if question["response"]:
            mark = Fraction(payload["scores"][question["id"]])
            yield Answered(
                question["id"],
                question["title"],
                question["interaction"],
                question["response"],
                mark == 1,
                int(mark * 100),
            )
