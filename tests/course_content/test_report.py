"""Figures of readability, and the report made of them."""

from pathlib import Path

import pytest

from course_content import EMBEDDED
from course_content.lexicon import Lexicon, SourcedFact
from course_content.loader import load_programme
from course_content.readability import readability
from course_content.report import report
from tests.course_content.small import edit

LEXICON = Lexicon({"n1": SourcedFact("n1", "la legge quadro", "", "", None, "known", None, None, "")})


def test_gulpease_is_that_of_its_formula() -> None:
    # 7 words, 1 sentence, 34 letters: 89 + (300 - 340) / 7
    figures = readability("Il Comune apre uno sportello per tutti.", LEXICON)
    assert (figures.words, figures.sentences, figures.letters) == (7, 1, 32)
    assert figures.gulpease == pytest.approx(89 + (300 - 320) / 7)


def test_facts_count_with_the_words_that_readers_see_and_cells_are_no_sentences() -> None:
    assert readability("Vale [](fact:n1).", LEXICON).words == 4
    figures = readability("|a|b|\n|---|---|\n|uno due|tre|\n\nUna frase.", LEXICON)
    assert (figures.words, figures.sentences, figures.words_in_sentences) == (7, 1, 2)


def test_sentence_of_more_than_thirty_words_is_named() -> None:
    long = " ".join(["parola"] * 31)
    assert readability(f"Breve. {long}. Breve.", LEXICON).long_sentences == (long,)


def test_numbers_and_abbreviations_do_not_end_a_sentence() -> None:
    assert readability("Ci sono 41.289 posti, il 62,7% dei casi.", LEXICON).sentences == 1


def test_a_bar_that_does_not_hold_is_told(folder: Path) -> None:
    edit(folder, "programme.yaml", "counts:", "at_least: {lessons: 2, polls: 3}\ncounts:")
    rows = report(load_programme(folder)).splitlines()
    assert {"| lessons | 1 | at least 2 | **no** |", "| polls | 3 | at least 3 | yes |"} <= {*rows}


def test_report_of_the_embedded_programme_names_every_lesson_and_fact() -> None:
    programme = load_programme(EMBEDDED / "co-alizione")
    text = report(programme)
    lessons = [lesson.id for module in programme.modules for lesson in module.lessons]
    assert all(f"| {name} " in text for name in (*lessons, *programme.lexicon.facts))
    assert "**no**" not in text  # every bar holds
    assert "| m3-l3 Aderire alla rete | AMM DIR |" in text
    assert "salvaguardia **?**" in text
