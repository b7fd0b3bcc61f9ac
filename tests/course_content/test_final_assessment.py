"""The final assessment of a programme: what it draws, what its files may say, when its revision changes."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from course_content import EMBEDDED
from course_content.assessments import draw
from course_content.checks import check
from course_content.loader import load_programme
from course_content.programme import FinalAssessment
from tests.course_content.small import edit

TODAY = date(2026, 11, 23)
FINAL = """\
final_assessment:
  id: final-assessment
  title: {it: Finale, en: Final}
  intro: Domande di ogni modulo.
  draw_per_module: 2
  pass_percent: 70
  attempts: 2
"""


@pytest.fixture
def of_one_module(folder: Path) -> Path:
    """The small programme without its module in preparation, and with a final assessment."""
    shutil.rmtree(folder / "m2")
    edit(folder, "programme.yaml", "modules: [m1, m2]", "modules: [m1]")
    edit(folder, "programme.yaml", "modules: 2", "modules: 1")
    with (folder / "programme.yaml").open("a", encoding="utf-8") as file:
        file.write(FINAL)
    return folder


def embedded() -> FinalAssessment:
    final = load_programme(EMBEDDED / "co-alizione").final_assessment
    assert final is not None
    return final


def test_four_questions_of_each_module_one_module_after_the_other() -> None:
    one = embedded().assessment
    assert (one.draw, one.pass_percent, one.attempts) == (24, 70, 2)
    for seed in ("a", "b", "c"):
        modules = [question.id[:2] for question in draw(one, seed)]
        assert Counter(modules) == dict.fromkeys(["m1", "m2", "m3", "m4", "m5", "m6"], 4)
        assert modules == sorted(modules)


def test_a_seed_draws_from_each_bank_as_the_modules_own_assessment_would() -> None:
    """So what is proved of those draws (the same for ever, kinds, shuffling) holds of these."""
    programme, seed = load_programme(EMBEDDED / "co-alizione"), "0123456789abcdef"
    banks = [module.assessment for module in programme.modules if module.assessment]
    alone = [question for bank in banks for question in draw(replace(bank, draw=4), seed)]
    assert list(draw(embedded().assessment, seed)) == alone
    assert list(draw(embedded().assessment, "another")) != alone


def test_a_sound_one_has_no_problems(of_one_module: Path) -> None:
    assert check(of_one_module, TODAY) == ()
    rule = "rule: {version: 2, modules: all, final_assessment: true}\nroles:"
    edit(of_one_module, "programme.yaml", "roles:", rule)
    assert check(of_one_module, TODAY) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("draw_per_module: 2", "draw_per_module: 3", "3 questions of m1 are wanted, its bank has 2"),
        ("draw_per_module: 2", "draw_per_module: 0", "less than the minimum"),
        ("id: final-assessment", "id: m1-q1", "'m1-q1' is already used"),
        ("attempts: 2", "attempts: 2\n  drew: 1", "unknown key 'drew'"),
        ("roles:", "languages: [it, en]\nroles:", "intro: the text in 'en' is missing"),
        (
            "roles:",
            "rule: {version: 1, modules: all, final_assessment: true}\nroles:",
            "version 1 of the rule means the modules alone",
        ),
    ],
)
def test_what_is_wrong_is_said(of_one_module: Path, old: str, new: str, message: str) -> None:
    edit(of_one_module, "programme.yaml", old, new)
    assert any(message in problem.message for problem in check(of_one_module, TODAY))


def test_a_rule_cannot_ask_for_one_that_is_not_there(folder: Path) -> None:
    rule = "rule: {version: 2, modules: all, final_assessment: true}\nroles:"
    line = edit(folder, "programme.yaml", "roles:", rule)
    (problem,) = check(folder, TODAY)
    assert (problem.line, "not there" in problem.message) == (line, True)


def test_modules_without_a_bank_are_refused(folder: Path) -> None:
    edit(folder, "programme.yaml", "roles:", f"{FINAL}roles:")
    (problem,) = check(folder, TODAY)
    assert "2 questions of m2 are wanted, its bank has 0" in problem.message


def test_the_revision_follows_the_banks_and_nothing_else(of_one_module: Path) -> None:
    def revision() -> str:
        final = load_programme(of_one_module).final_assessment
        assert final is not None
        return final.revision

    first = revision()
    edit(of_one_module, "m1/01-lezione.it.md", "Un testo", "Un altro testo")
    assert revision() == first
    edit(of_one_module, "m1/assessment.yaml", "text: Uno", "text: Un altro")
    assert revision() != first
