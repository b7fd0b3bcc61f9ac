"""The answers of a submitted attempt, and the choices of a simulation, each as one thing to say.

Attempts carry what that needs (`questions`) since version 2 of the profile; nothing is said of earlier ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer or choice; `response` as xAPI writes it for this `interaction` (Data, appendix C).

    `right` and `score_percent` are None where nothing is right or wrong.
    """

    question_id: str
    title: Mapping[str, str]
    interaction: str
    response: str
    right: bool | None
    score_percent: int | None


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


def choice_in(payload: Mapping[str, Any]) -> Answered:
    """What a `simulation.chosen` payload says; no choice is right or wrong."""
    said = payload["said"]
    return Answered(said["id"], said["title"], said["interaction"], said["response"], None, None)
