"""What a form says is read exactly, kept however incomplete, and refused when it is not among the options."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from course_content.questions import Choice, Question, QuestionKind
from lms_plugin.modules.answers import UnknownOption, flaw, read_given, restore
from lms_plugin.modules.progress import SavedAnswer

CHOICES = tuple(Choice(name, f"Testo {name}", "") for name in "abcd")
TARGETS = tuple(Choice(f"t{number}", f"Destra {number}", "") for number in range(1, 6))


def question(kind: QuestionKind) -> Question:
    answers: dict[str, tuple[str, ...]] = {
        "single": ("b",),
        "multiple": ("a", "c"),
        "matching": ("t2", "t1", "t4", "t3"),
        "ordering": ("c", "a", "d", "b"),
    }
    targets = TARGETS if kind == "matching" else ()
    return Question("q1", kind, "?", CHOICES, targets, answers[kind], "")


def form(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(list(pairs))


def test_single_choice_takes_the_first_of_two() -> None:
    assert read_given(question("single"), form(("q1", "b"), ("q1", "a"))).answer == ("b",)


def test_multiple_choice_is_kept_in_the_order_of_the_bank() -> None:
    assert read_given(question("multiple"), form(("q1", "c"), ("q1", "a"))).answer == ("a", "c")


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_an_option_the_question_does_not_have_is_refused(kind: QuestionKind) -> None:
    with pytest.raises(UnknownOption):
        read_given(question(kind), form(("q1", "z")))


@pytest.mark.parametrize(
    ("kind", "value"), [("matching", "t9"), ("matching", "a"), ("ordering", "5"), ("ordering", "0")]
)
def test_a_pair_with_an_unknown_value_is_refused(kind: QuestionKind, value: str) -> None:
    with pytest.raises(UnknownOption):
        read_given(question(kind), form(("q1.a", value)))


def test_places_become_an_order() -> None:
    places = form(("q1.a", "2"), ("q1.b", "4"), ("q1.c", "1"), ("q1.d", "3"))
    given_answer = read_given(question("ordering"), places)
    assert given_answer.answer == ("c", "a", "d", "b")
    assert flaw(question("ordering"), given_answer) is None


def test_two_steps_in_one_place_are_told_apart_from_a_missing_one() -> None:
    same = form(("q1.a", "1"), ("q1.b", "1"), ("q1.c", "2"), ("q1.d", "3"))
    assert flaw(question("ordering"), read_given(question("ordering"), same)) == "repeated"
    assert flaw(question("ordering"), read_given(question("ordering"), form(("q1.a", "1")))) == "partial"
    assert flaw(question("ordering"), read_given(question("ordering"), form())) == "missing"


def test_what_the_question_no_longer_offers_is_dropped_when_resuming() -> None:
    saved = SavedAnswer(answer=("t2", "", "", ""), fields={"a": "t2", "b": "t77", "gone": "t1"})
    restored = restore(question("matching"), saved)
    assert restored is not None
    assert dict(restored.fields) == {"a": "t2", "b": "", "c": "", "d": ""}


@settings(max_examples=100, deadline=None)
@given(
    kind=st.sampled_from(["matching", "ordering"]),
    values=st.lists(st.sampled_from(["", "1", "2", "3", "4"]), min_size=4, max_size=4),
)
def test_whatever_was_given_comes_back_as_it_was(kind: QuestionKind, values: list[str]) -> None:
    prefix = "t" if kind == "matching" else ""
    fields = [
        (f"q1.{choice.id}", prefix + value if value else "")
        for choice, value in zip(CHOICES, values, strict=True)
    ]
    asked = question(kind)
    first = read_given(asked, form(*fields))
    restored = restore(asked, SavedAnswer(first.answer, first.fields))
    assert restored == first
