"""The banks of the embedded programme have the keys of the authors' brief."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from course_content import EMBEDDED
from course_content.loader import load_programme
from course_content.programme import Choice, Question

BANKS: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("bank_keys.yaml").read_text("utf-8")
)
EXPIRING = {"m3-q02", "m3-q05", "m3-q13"}
"""Marked in the brief: what a change in the law may overturn."""
PROGRAMME = load_programme(EMBEDDED / "co-alizione")
QUESTIONS = {
    question.id: question
    for module in PROGRAMME.modules
    if module.assessment
    for question in module.assessment.questions
}


def said(choices: Sequence[Choice], choice_id: str) -> str:
    """The text of the choice with this id, for comparing."""
    return next(choice.text for choice in choices if choice.id == choice_id).casefold()


def right(question: Question) -> list[str]:
    """What the bank calls right: texts in the order of the answer, or "choice → target"."""
    if question.kind == "true_false":
        return list(question.answer)
    if question.kind == "matching":
        pairs = zip(question.choices, question.answer, strict=True)
        return [f"{choice.text.casefold()} → {said(question.targets, target)}" for choice, target in pairs]
    return [said(question.choices, one) for one in question.answer]


def expected(key: str | list[str] | dict[str, str]) -> list[tuple[str, str]]:
    """Words of each right text, and of the target that belongs to it in a matching question."""
    if isinstance(key, dict):
        return list(key.items())
    return [(words, "") for words in ([key] if isinstance(key, str) else key)]


def is_said(words: tuple[str, str], text: str) -> bool:
    """Whether the first words are in the text before the arrow, and the second after it."""
    choice, _arrow, target = text.partition(" → ")
    return words[0] in choice and words[1] in target


@pytest.mark.parametrize("module", BANKS)
def test_keys_are_those_of_the_brief(module: str) -> None:
    written = {one for one in QUESTIONS if one.startswith(f"{module}-")}
    assert written == {f"{module}-q{row['number']:02}" for row in BANKS[module]}
    for row in BANKS[module]:
        question = QUESTIONS[f"{module}-q{row['number']:02}"]
        texts, wanted = right(question), expected(row["key"])
        assert question.kind == row["kind"], question.id
        assert row["prompt"] in question.prompt.casefold(), question.id
        assert len(texts) == len(wanted), question.id
        if question.kind in {"multiple", "matching"}:
            found = [sum(is_said(words, text) for text in texts) for words in wanted]
            assert found == [1] * len(wanted), (question.id, texts)
        else:
            assert all(is_said(*pair) for pair in zip(wanted, texts, strict=True)), (question.id, texts)


def test_each_bank_has_twelve_questions_of_all_five_kinds() -> None:
    for module in PROGRAMME.modules:
        assert module.assessment
        kinds = {question.kind for question in module.assessment.questions}
        assert len(module.assessment.questions) >= 12
        assert kinds == {"single", "multiple", "true_false", "matching", "ordering"}
        assert (module.assessment.draw, module.assessment.pass_percent, module.assessment.attempts) == (
            10,
            70,
            3,
        )


def test_questions_that_the_brief_marks_may_expire() -> None:
    assert {question.id for question in QUESTIONS.values() if question.expires} >= EXPIRING


def test_matching_questions_have_one_target_too_many() -> None:
    matching = [question for question in QUESTIONS.values() if question.kind == "matching"]
    assert all(len(question.targets) == len(question.choices) + 1 for question in matching)
