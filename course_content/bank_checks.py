"""Warns of questions that teach nothing after the answer, or that give their answer away."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.sources import ProgrammeSource
from course_content.texts import word

ALL_OF_THEM = re.compile(
    r"\b(?:(?:tutt[ei]|nessun[ao]|entramb[ei])\s+(?:e\s+\w+\s+)?(?:le|i|delle|dei|quelle|quelli|di)?\s*"
    r"(?:altre|altri|risposte|opzioni|precedenti|queste|questi)|all of the above|none of the above)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"sì|no|giust[oa]|sbagliat[oa]|corrett[oa]|esatt[oa]|errat[oa]|vero|falso|brav[oa]|peccato|purtroppo|"
    r"risposta|la|è|non|questa|così|bene|male"
)
_FEW = 4
"""Questions from which one may speak of a habit."""


def bank_warnings(source: ProgrammeSource) -> Iterator[ContentError]:
    """Bare feedback, «all of the above», steps written in their order, right answers that stand out."""
    for module in source.modules:
        for lesson in module.lessons:
            yield from _question_warnings(lesson.front, "self_checks")
        if module.assessment:
            yield from _question_warnings(module.assessment, "questions")
            yield from _habit_warnings(module.assessment)


def _question_warnings(document: Document, key: str) -> Iterator[ContentError]:
    for place, question in enumerate(document.data.get(key, ())):
        at: At = (key, place)
        for number, choice in enumerate(question["choices"]):
            where = (*at, "choices", number)
            if ALL_OF_THEM.search(choice["text"]):
                message = f"{question['id']}: a choice speaks of the other choices, which are shuffled"
                yield document.error((*where, "text"), message, "write what it means")
            if _is_bare(choice["feedback"]):
                message = f"{question['id']}: the feedback says whether, not why"
                yield document.error((*where, "feedback"), message, "explain it in a sentence")
        if question["kind"] == "ordering" and _answer(question) == _choices(question):
            message = f"{question['id']}: the steps are written in the right order"
            yield document.error((*at, "choices"), message, "mix them: self-checks show them as written")


def _is_bare(feedback: str) -> bool:
    return all(_VERDICT.fullmatch(said) for said in re.findall(r"\w+", feedback.casefold()))


def _habit_warnings(bank: Document) -> Iterator[ContentError]:
    questions = bank.data["questions"]
    single = [question for question in questions if question["kind"] == "single"]
    yield from _place_warnings(bank, [_choices(one).index(_answer(one)[0]) + 1 for one in single])
    for most, said in ((max, "longest"), (min, "shortest")):
        found = sum(_right_length(one) == most(_lengths(one)) for one in single)
        if len(single) >= _FEW and found * 2 > len(single):
            message = f"the right choice is the {said} in {found} of {len(single)} single questions"
            yield bank.error(("questions",), message, "make the choices of a question equally long")
    said_true = Counter(_answer(one)[0] for one in questions if one["kind"] == "true_false")
    if len(said_true) == 1 and said_true.total() >= _FEW - 1:
        message = f"the answer of all true_false questions is {next(iter(said_true))}"
        yield bank.error(("questions",), message, "turn one of them")


def _place_warnings(bank: Document, places: list[int]) -> Iterator[ContentError]:
    for place, found in Counter(places).most_common(1) if len(places) >= _FEW else ():
        if found * 2 > len(places):
            message = f"the right choice is number {place} in {found} of {len(places)} single questions"
            yield bank.error(("questions",), message, "change the order of some choices")


def _choices(question: Mapping[str, Any]) -> list[str]:
    return [word(choice["id"]) for choice in question["choices"]]


def _answer(question: Mapping[str, Any]) -> list[str]:
    return [word(one) for one in question["answer"]]


def _lengths(question: Mapping[str, Any]) -> list[int]:
    return [len(choice["text"]) for choice in question["choices"]]


def _right_length(question: Mapping[str, Any]) -> int:
    """The length of the right choice; 0 where another is as long, as then it does not stand out."""
    lengths = _lengths(question)
    right = lengths[_choices(question).index(_answer(question)[0])]
    return right if lengths.count(right) == 1 else 0
