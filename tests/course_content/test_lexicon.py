"""The table of facts and the glossary: what the check refuses, and what the loader makes of them."""

from datetime import date
from pathlib import Path

import pytest

from course_content.checks import check, to_review
from course_content.loader import load_programme
from tests.course_content.small import with_lexicon

TODAY = date(2026, 11, 23)
LESSON = "m1/01-lezione.it.md"


@pytest.fixture
def lexicon(folder: Path) -> Path:
    """The small programme with facts and a glossary."""
    return with_lexicon(folder)


def append(folder: Path, text: str) -> None:
    """More text in the lesson."""
    path = folder / LESSON
    path.write_text(f"{path.read_text('utf-8')}\n{text}\n", "utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "Lo dice [](fact:n1), e oggi ci sono [41.289 posti](fact:places).",
        "Montefresco è un Comune inventato di 14.000 abitanti.\n\nNe spende il 30%.",
        "> Un Comune di 14.000 abitanti.",
        "Il passo 3 dura 10 giorni.",
    ],
)
def test_facts_by_key_and_figures_of_invented_examples_are_sound(lexicon: Path, text: str) -> None:
    append(lexicon, text)
    assert check(lexicon, TODAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Lo dice la legge n. 328 del 2000.",
        "Vale il D.Lgs. 117/2017.",
        "Vale il decreto-legge 5 ottobre 2018, n. 113.",
        "Il regolamento (UE) 2021/1147 lo prevede.",
        "Ci sono 41.289 posti.",
        "È il 62,7% dei Comuni.",
        "## A\n\nUn paese inventato.\n\n## B\n\nSono 41.289.",
    ],
)
def test_norm_or_figure_that_is_not_in_the_table_is_named_with_its_line(lexicon: Path, text: str) -> None:
    append(lexicon, text)
    (problem,) = check(lexicon, TODAY)
    assert "is not taken from the table of facts" in problem.message
    assert problem.path.name == "01-lezione.it.md"
    lines = problem.path.read_text("utf-8").splitlines()
    assert any(sign in lines[problem.line - 1] for sign in "0123456789")


def test_call_of_an_unknown_fact_is_named(lexicon: Path) -> None:
    append(lexicon, "Lo dice [](fact:n99).")
    (problem,) = check(lexicon, TODAY)
    assert "there is no fact 'n99'" in problem.message


def test_fact_whose_review_is_due_is_named_and_no_problem(lexicon: Path) -> None:
    assert to_review(lexicon, TODAY) == check(lexicon, date(2027, 6, 30)) == ()
    (problem,) = to_review(lexicon, date(2027, 6, 30))
    assert "'places' had to be checked again by 2027-06-30" in problem.message
    assert load_programme(lexicon).lexicon.facts["places"].is_doubtful(date(2027, 6, 30))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: places", "id: n1", "the id 'n1' is there twice"),
        ("    verified_on: 2026-11-01\n", "", "'verified_on' is a required property"),
        ("    source: G.U. 265 del 13/11/2000\n", "", "'source' is a required property"),
        ("certainty: known", "certainty: sure", "is not one of"),
    ],
)
def test_broken_table_is_named(lexicon: Path, old: str, new: str, said: str) -> None:
    path = lexicon / "facts.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert any(said in problem.message for problem in check(lexicon, TODAY))


def test_one_way_of_writing_belongs_to_one_term(lexicon: Path) -> None:
    path = lexicon / "glossary.yaml"
    path.write_text(path.read_text("utf-8").replace("[coalizioni locali]", "[dup]"), "utf-8")
    (problem,) = check(lexicon, TODAY)
    assert "'dup' is also written for the term 'dup'" in problem.message


def test_revision_of_a_module_changes_with_the_facts_that_it_calls_only(lexicon: Path) -> None:
    append(lexicon, "Lo dice [](fact:n1).")
    before = load_programme(lexicon).module("m1").revision
    path = lexicon / "facts.yaml"
    path.write_text(path.read_text("utf-8").replace("Un sito, 2026", "Un altro sito"), "utf-8")
    assert load_programme(lexicon).module("m1").revision == before
    path.write_text(path.read_text("utf-8").replace("G.U. 265", "Gazzetta 265"), "utf-8")
    assert load_programme(lexicon).module("m1").revision != before
