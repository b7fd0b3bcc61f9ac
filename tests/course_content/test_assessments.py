"""Drawing and marking: repeatable, fair to every kind, exact."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_content import EMBEDDED
from course_content.assessments import draw, passed, percent, score
from course_content.loader import load_programme
from course_content.programme import Assessment
from course_content.questions import Choice, Question, QuestionKind

IDS = "abcdef"
KINDS: tuple[QuestionKind, ...] = ("single", "multiple", "true_false", "matching", "ordering")


def choices(ids: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(name, f"testo {name}", "perché") for name in ids)


def question(name: str, kind: QuestionKind, size: int = 4, right: int = 2) -> Question:
    ids = ("true", "false") if kind == "true_false" else tuple(IDS[:size])
    targets = tuple(f"t{number}" for number in range(size + 1)) if kind == "matching" else ()
    answers = {
        "single": ids[:1],
        "multiple": ids[:right],
        "true_false": ("false",),
        "matching": targets[1:],
        "ordering": tuple(reversed(ids)),
    }
    return Question(name, kind, "Domanda", choices(ids), choices(targets), answers[kind], "Perché")


questions = st.builds(
    question,
    name=st.just("m1-q1"),
    kind=st.sampled_from(KINDS),
    size=st.integers(3, 6),
    right=st.integers(1, 3),
)
banks = st.lists(st.sampled_from(KINDS), min_size=1, max_size=14).map(
    lambda kinds: tuple(question(f"m1-q{number}", kind) for number, kind in enumerate(kinds))
)
answers = st.lists(st.sampled_from([*IDS, "true", "false", "t0", "t1", "t2", "zzz", ""]), max_size=8)


def assessment(bank: tuple[Question, ...], wanted: int) -> Assessment:
    return Assessment("m1-assessment", {"it": "Verifica"}, wanted, 70, 3, bank)


@given(banks, st.integers(1, 12), st.text(max_size=20))
def test_the_same_seed_draws_the_same_questions(bank: tuple[Question, ...], wanted: int, seed: str) -> None:
    assert draw(assessment(bank, wanted), seed) == draw(assessment(bank, wanted), seed)


@given(banks, st.integers(1, 12), st.text(max_size=20))
def test_the_order_of_the_bank_does_not_matter(bank: tuple[Question, ...], wanted: int, seed: str) -> None:
    assert draw(assessment(bank, wanted), seed) == draw(assessment(bank[::-1], wanted), seed)


@given(banks, st.integers(1, 12), st.text(max_size=20))
def test_a_draw_has_the_right_number_of_different_questions(
    bank: tuple[Question, ...], wanted: int, seed: str
) -> None:
    names = [drawn.id for drawn in draw(assessment(bank, wanted), seed)]
    assert len(names) == len(set(names)) == min(wanted, len(bank))


@given(banks, st.integers(5, 12), st.text(max_size=20))
def test_every_kind_of_the_bank_is_drawn(bank: tuple[Question, ...], wanted: int, seed: str) -> None:
    drawn = {question.kind for question in draw(assessment(bank, wanted), seed)}
    assert drawn == {question.kind for question in bank}


@given(banks, st.text(max_size=20))
def test_shuffling_keeps_every_choice_and_its_right_answer(bank: tuple[Question, ...], seed: str) -> None:
    by_name = {question.id: question for question in bank}
    for drawn in draw(assessment(bank, len(bank)), seed):
        written = by_name[drawn.id]
        assert set(drawn.choices) == set(written.choices)
        assert set(drawn.targets) == set(written.targets)
        assert score(drawn, drawn.answer) == 1
        if drawn.kind == "matching":
            pairs = dict(zip(written.choices, written.answer, strict=True))
            assert dict(zip(drawn.choices, drawn.answer, strict=True)) == pairs


@given(banks, st.text(max_size=20))
def test_an_ordering_question_never_arrives_in_its_right_order(bank: tuple[Question, ...], seed: str) -> None:
    for drawn in draw(assessment(bank, len(bank)), seed):
        if drawn.kind == "ordering":
            assert tuple(choice.id for choice in drawn.choices) != drawn.answer


def test_different_seeds_draw_differently() -> None:
    bank = tuple(question(f"m1-q{number}", "single") for number in range(12))
    assert len({draw(assessment(bank, 6), f"attempt {number}") for number in range(20)}) == 20


def test_a_stored_seed_still_draws_what_it_drew() -> None:
    bank = tuple(question(f"m1-q{number}", KINDS[number % 5]) for number in range(12))
    drawn = draw(assessment(bank, 6), "learner 1 attempt 1")
    stored = [(item.id, "".join(choice.id[0] for choice in item.choices)) for item in drawn]
    assert stored == [
        ("m1-q10", "dabc"),
        ("m1-q1", "dcab"),
        ("m1-q9", "badc"),
        ("m1-q8", "cbda"),
        ("m1-q4", "dcab"),
        ("m1-q2", "tf"),
    ]


@given(questions, answers)
def test_a_score_is_between_0_and_1(asked: Question, answer: list[str]) -> None:
    assert 0 <= score(asked, answer) <= 1


@given(questions)
def test_the_right_answer_scores_1_and_none_scores_0(asked: Question) -> None:
    assert score(asked, asked.answer) == Fraction(1)
    assert score(asked, ()) == Fraction(0)


@given(
    st.lists(st.sampled_from(IDS), max_size=6).flatmap(
        lambda ids: st.tuples(st.just(ids), st.permutations(ids))
    )
)
def test_a_multiple_answer_scores_the_same_in_any_order(pair: tuple[list[str], list[str]]) -> None:
    asked = question("m1-q1", "multiple", size=6, right=3)
    assert score(asked, pair[0]) == score(asked, pair[1])


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("single", ["a"], Fraction(1)),
        ("single", ["b"], Fraction(0)),
        ("single", ["a", "b"], Fraction(0)),
        ("true_false", ["false"], Fraction(1)),
        ("true_false", ["true", "false"], Fraction(0)),
        ("multiple", ["a"], Fraction(1, 2)),
        ("multiple", ["a", "b", "c"], Fraction(1, 2)),
        ("multiple", ["a", "c"], Fraction(0)),
        ("multiple", ["c", "d"], Fraction(0)),
        ("multiple", ["a", "a"], Fraction(1, 2)),
        ("multiple", ["a", "b", "unknown"], Fraction(1, 2)),
        ("ordering", ["d", "c", "a", "b"], Fraction(1, 2)),
        ("ordering", ["d"], Fraction(1, 4)),
        ("ordering", ["d", "d", "d", "d"], Fraction(1, 4)),
        ("matching", ["t1", "t2", "t0", "t0"], Fraction(1, 2)),
    ],
)
def test_partial_answers_score_their_part(kind: QuestionKind, answer: list[str], expected: Fraction) -> None:
    assert score(question("m1-q1", kind), answer) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], 0),
        ([Fraction(1)] * 7 + [Fraction(0)] * 3, 70),
        ([Fraction(2, 3)], 66),
        ([Fraction(1, 3), Fraction(2, 3), Fraction(1)], 66),
        ([Fraction(1, 10)] * 10, 10),
        ([Fraction(699, 1000)], 69),
        ([Fraction(1)] * 10, 100),
    ],
)
def test_a_percentage_is_exact_and_rounded_down(results: list[Fraction], expected: int) -> None:
    assert percent(results) == expected


def test_the_threshold_itself_passes() -> None:
    asked = assessment((question("m1-q1", "single"),), 1)
    assert [passed(asked, reached) for reached in (69, 70, 100)] == [False, True, True]


def test_the_real_bank_draws_ten_with_every_kind() -> None:
    module = load_programme(EMBEDDED / "co-alizione").module("m1")
    assert module.assessment is not None
    drawn = draw(module.assessment, "seed")
    assert len(drawn) == module.assessment.draw == 10
    assert {item.kind for item in drawn} == {item.kind for item in module.assessment.questions}
    assert percent([score(item, item.answer) for item in drawn]) == 100
