"""Draws the questions of one attempt from a bank and marks the answers, exactly and the same for ever."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from course_content.programme import Assessment
from course_content.questions import Choice, Question


def draw(assessment: Assessment, seed: str) -> tuple[Question, ...]:
    """The questions of one attempt, with their choices shuffled.

    At least one of each kind that the bank has (as far as `assessment.draw` allows), then any others. The
    same seed gives the same result on every machine and version: an attempt is stored as its seed. The order
    is that of the SHA-256 of seed and id; this must never change. A final assessment draws so from each of
    its parts, and asks them one part after the other.
    """
    banks = [(part.questions, part.draw) for part in assessment.parts]
    drawn = [_drawn(*bank, seed) for bank in banks or [(assessment.questions, assessment.draw)]]
    return tuple(_shuffled(question, seed) for questions in drawn for question in questions)


def _drawn(bank: Sequence[Question], count: int, seed: str) -> list[Question]:
    ranked = sorted(bank, key=lambda question: _rank(seed, "draw", question.id))
    first_of_kind = {question.kind: question for question in reversed(ranked)}
    chosen = sorted(first_of_kind.values(), key=ranked.index)
    others = [question for question in ranked if question not in chosen]
    return sorted([*chosen, *others][:count], key=lambda question: _rank(seed, "order", question.id))


def score(question: Question, answer: Sequence[str]) -> Fraction:
    """How right the answer is, from 0 to 1.

    Single and true_false: all or nothing. Multiple: right choices less wrong ones, over the right ones there
    are, not below 0. Ordering: steps in their right place, over all. Matching: right pairs, over all;
    `answer` has one target per choice in the order of `question.choices`. An empty or unknown answer is
    wrong, never an error.
    """
    if question.kind == "multiple":
        return _multiple(question, answer)
    if question.kind in {"ordering", "matching"}:
        right = sum(given == wanted for given, wanted in zip(answer, question.answer, strict=False))
        return Fraction(right, len(question.answer))
    return Fraction(tuple(answer) == question.answer)


def percent(results: Sequence[Fraction]) -> int:
    """The mean of the scores as a whole percentage, rounded down; 0 when there are none."""
    if not results:
        return 0
    return int(sum(results, Fraction(0)) * 100 // len(results))


def passed(assessment: Assessment, reached: int) -> bool:
    """Whether `reached` percent is enough to pass."""
    return reached >= assessment.pass_percent


def _multiple(question: Question, answer: Sequence[str]) -> Fraction:
    chosen, right = set(answer), set(question.answer)
    return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))


def _rank(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _shuffled(question: Question, seed: str) -> Question:
    if question.kind == "true_false":
        return question
    choices = _order(question.choices, seed, f"choice {question.id}")
    if question.kind == "matching":
        wanted = dict(zip((choice.id for choice in question.choices), question.answer, strict=True))
        targets = _order(question.targets, seed, f"target {question.id}")
        answer = tuple(wanted[choice.id] for choice in choices)
        return replace(question, choices=choices, targets=targets, answer=answer)
    if question.kind == "ordering" and tuple(choice.id for choice in choices) == question.answer:
        choices = (*choices[1:], choices[0])  # a question must not arrive already answered
    return replace(question, choices=choices)


def _order(choices: tuple[Choice, ...], seed: str, purpose: str) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: _rank(seed, purpose, choice.id)))
