"""The worksheet of a lesson: read, checked, and the one of the action plan."""

from datetime import date
from pathlib import Path

import pytest

from course_content import EMBEDDED
from course_content.checks import check
from course_content.loader import load_programme
from tests.course_content.small import edit, with_lexicon

TODAY = date(2026, 11, 23)
FILE = "m1/worksheets/scheda.yaml"
WORKSHEET = """\
introduction: Scrivi poco.
fields:
  - {id: idea, label: Idea, hint: In una riga., longest: 100, example: Nel 2031 due corsi.}
  - {id: passo, label: Passo, hint: Chi e quando., longest: 50, example: Telefono al parroco.}
dated: {field: passo, label: Giorno, days: 30}
example_note: "Inventopoli è un Comune inventato."
"""


@pytest.fixture
def with_worksheet(folder: Path) -> Path:
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text(WORKSHEET, "utf-8")
    edit(folder, "m1/01-lezione.it.md", "verified_on", "worksheet: scheda.yaml\nverified_on")
    return with_lexicon(folder)


def test_a_lesson_has_the_worksheet_that_it_names(with_worksheet: Path) -> None:
    assert check(with_worksheet, TODAY) == ()
    sheet = load_programme(with_worksheet).module("m1").lesson("m1-l1").worksheet
    assert sheet is not None
    assert (sheet.name, [field.id for field in sheet.fields]) == ("scheda", ["idea", "passo"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: passo", "id: idea", "the field 'idea' is there twice"),
        ("field: passo", "field: altro", "there is no field 'altro'"),
        ("Comune inventato", "Comune vero", "does not say that the example is invented"),
        ("longest: 50", "longest: 5000", "5000 is greater than the maximum"),
        ("hint: Chi e quando.", 'hint: " "', "the text is empty"),
        ("days: 30", "days: 0", "0 is less than the minimum"),
        ("Scrivi poco.", "Scrivi come vuole la legge 999/2001.", "is not in the table of facts"),
        ("dated:", "stored: true\ndated:", "unknown key 'stored'"),
    ],
)
def test_what_is_wrong_with_a_worksheet_is_named(
    with_worksheet: Path, old: str, new: str, message: str
) -> None:
    edit(with_worksheet, FILE, old, new)
    said = [str(problem) for problem in check(with_worksheet, TODAY) if message in problem.message]
    assert said
    assert said[0].startswith(f"{with_worksheet / FILE}:")


def test_a_worksheet_that_is_missing_or_that_nobody_names_is_a_problem(with_worksheet: Path) -> None:
    (with_worksheet / FILE).rename(with_worksheet / "m1/worksheets/bozza.yaml")
    assert "cannot be read" in str(check(with_worksheet, TODAY))
    edit(with_worksheet, "m1/01-lezione.it.md", "worksheet: scheda.yaml\n", "")
    assert "this file is not read as a worksheet" in str(check(with_worksheet, TODAY))


def test_the_module_has_another_revision_when_its_worksheet_changes(with_worksheet: Path) -> None:
    before = load_programme(with_worksheet).module("m1").revision
    edit(with_worksheet, FILE, "Scrivi poco.", "Scrivi pochissimo.")
    assert load_programme(with_worksheet).module("m1").revision != before


def test_the_action_plan_has_the_six_parts_of_the_brief_and_a_first_step_within_30_days() -> None:
    sheet = load_programme(EMBEDDED / "co-alizione").module("m6").lesson("m6-l6").worksheet
    assert sheet is not None
    assert [field.label for field in sheet.fields] == [
        "Problema", "Obiettivo", "Alleati", "Atto", "Primo passo", "Indicatore",
    ]  # fmt: skip
    assert sheet.dated is not None
    assert (sheet.dated.field, sheet.dated.days) == ("primo-passo", 30)
    assert all(len(field.example) <= field.longest for field in sheet.fields)
