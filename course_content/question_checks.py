"""Checks that every question can be answered and its key is right in form."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.texts import word

Flaw = tuple[str, str, str]
"""The key of the question it concerns, the message, the hint."""


MIN_CHOICES = 3


def question_problems(document: Document, at: At) -> Iterator[ContentError]:
    """Problems of the list of questions at `at` of the document, which may be absent."""
    questions = document.data.get(str(at[0]), ())
    for index, question in enumerate(questions):
        for key, message, hint in _flaws(question):
            yield document.error((*at, index, key), f"{question['id']}: {message}", hint)


def _flaws(question: Mapping[str, Any]) -> Iterator[Flaw]:
    choices = [word(choice["id"]) for choice in question["choices"]]
    targets = [word(target["id"]) for target in question.get("targets", ())]
    answer = [word(choice) for choice in question["answer"]]
    for key, ids in (("choices", choices), ("targets", targets)):
        if len(set(ids)) < len(ids):
            yield key, f"two {key} have the same id", "give each its own"
    known = targets if question["kind"] == "matching" else choices
    unknown = [choice for choice in answer if choice not in known]
    if unknown:
        yield (
            "answer",
            f"{unknown[0]!r} is not the id of anything to choose",
            f"use one of {', '.join(known)}",
        )
        return
    yield from _KEY_RULES[question["kind"]](choices, targets, answer)


def _single(choices: list[str], _targets: list[str], answer: list[str]) -> Iterator[Flaw]:
    if len(answer) != 1:
        yield "answer", "a single question has exactly one right choice", "leave one, or use kind: multiple"
    if len(choices) < MIN_CHOICES:
        yield "choices", "a single question needs at least three choices", "add one, or use kind: true_false"


def _multiple(choices: list[str], _targets: list[str], answer: list[str]) -> Iterator[Flaw]:
    if len(set(answer)) < len(answer):
        yield "answer", "a right choice is listed twice", "leave it once"
    if not 1 < len(set(answer)) < len(choices):
        hint = "change the choices, or use kind: single"
        yield "answer", "a multiple question has two or more right choices and at least one wrong one", hint


def _true_false(choices: list[str], _targets: list[str], answer: list[str]) -> Iterator[Flaw]:
    if choices != ["true", "false"]:
        yield "choices", "a true_false question has the choices true and false, in this order", "rename them"
    if len(answer) != 1:
        yield "answer", "a true_false question has one answer", "write [true] or [false]"


def _matching(choices: list[str], targets: list[str], answer: list[str]) -> Iterator[Flaw]:
    if len(answer) != len(choices):
        yield (
            "answer",
            "a matching question has one target for each choice",
            "list them in the order of choices",
        )
    elif len(set(answer)) == len(answer) and len(targets) <= len(choices):
        hint = "add a target that fits no choice, so that the last pair is not found by exclusion"
        yield "targets", "one target more than the choices is needed", hint


def _ordering(choices: list[str], _targets: list[str], answer: list[str]) -> Iterator[Flaw]:
    if sorted(answer) != sorted(choices):
        yield "answer", "the answer must list every choice once, in the right order", "complete it"
    if len(choices) < MIN_CHOICES:
        yield "choices", "an ordering question needs at least three steps", "add one"


_KEY_RULES: Mapping[str, Callable[[list[str], list[str], list[str]], Iterator[Flaw]]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
}
