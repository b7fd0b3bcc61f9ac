"""Reads answers from forms, says what is missing in them, and turns them into what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from werkzeug.datastructures import MultiDict

from course_content.questions import Question
from lms_plugin.errors import Refusal
from lms_plugin.modules.progress import SavedAnswer

Flaw = Literal["missing", "partial", "repeated"]


class UnknownOption(Refusal):
    """The form names an option that the question does not have: an old page, or a forged one."""

    code = "unknown_option"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as far as it goes.

    `answer` is in the order of the question bank, so that anybody can mark it with the file alone: chosen
    ids; for matching one target per choice, for ordering one choice per place, "" where nothing is given.
    `fields` holds what the selects of matching and ordering showed, by choice id.
    """

    answer: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


def field_name(question: Question, choice_id: str) -> str:
    """The form field of one pair or one step."""
    return f"{question.id}.{choice_id}"


def read_given(question: Question, form: MultiDict[str, str]) -> Given:
    """What the form says about a question of the bank; raises UnknownOption."""
    if question.kind in {"matching", "ordering"}:
        fields = {choice.id: form.get(field_name(question, choice.id), "") for choice in question.choices}
        allowed = _allowed(question)
        if not allowed.issuperset(value for value in fields.values() if value):
            raise UnknownOption(question.id)
        return _from_fields(question, fields)
    chosen = form.getlist(question.id)
    if not {choice.id for choice in question.choices}.issuperset(chosen):
        raise UnknownOption(question.id)
    if question.kind != "multiple":
        chosen = chosen[:1]
    return Given(tuple(choice.id for choice in question.choices if choice.id in chosen))


def restore(question: Question, saved: SavedAnswer | None) -> Given | None:
    """A saved answer, less what the question no longer offers."""
    if saved is None:
        return None
    if question.kind in {"matching", "ordering"}:
        fields = saved.fields or _fields_of(question, saved.answer)
        allowed = _allowed(question)
        kept = {choice.id: fields.get(choice.id, "") for choice in question.choices}
        return _from_fields(
            question, {name: value if value in allowed else "" for name, value in kept.items()}
        )
    return Given(tuple(choice.id for choice in question.choices if choice.id in saved.answer))


def flaw(question: Question, given: Given) -> Flaw | None:
    """What keeps the answer from being handed in."""
    if is_empty(given):
        return "missing"
    values = list(given.fields.values())
    if "" in values:
        return "partial"
    if question.kind == "ordering" and len(set(values)) < len(values):
        return "repeated"
    return None


def is_empty(given: Given) -> bool:
    """Whether nothing at all was given."""
    return not any(given.answer) and not any(given.fields.values())


def _allowed(question: Question) -> frozenset[str]:
    if question.kind == "matching":
        return frozenset(target.id for target in question.targets)
    return frozenset(str(place) for place in range(1, len(question.choices) + 1))


def _from_fields(question: Question, fields: Mapping[str, str]) -> Given:
    if question.kind == "matching":
        return Given(tuple(fields[choice.id] for choice in question.choices), fields)
    by_place = {place: choice for choice, place in reversed(list(fields.items()))}
    places = (str(place) for place in range(1, len(question.choices) + 1))
    return Given(tuple(by_place.get(place, "") for place in places), fields)


def _fields_of(question: Question, answer: tuple[str, ...]) -> dict[str, str]:
    if question.kind == "matching":
        return {choice.id: value for choice, value in zip(question.choices, answer, strict=False)}
    return {choice: str(place) for place, choice in enumerate(answer, start=1) if choice}
