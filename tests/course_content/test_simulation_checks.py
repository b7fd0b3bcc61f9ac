"""Every way a simulation can be wrong is named with its file and line."""

from datetime import date
from pathlib import Path

import pytest

from course_content.checks import check
from course_content.loader import load_programme
from tests.course_content.small import edit
from tests.course_content.small_simulation import FILE, add_simulation

TODAY = date(2026, 11, 23)


@pytest.fixture
def with_simulation(folder: Path) -> Path:
    return add_simulation(folder)


def test_a_sound_simulation_has_no_problems(with_simulation: Path) -> None:
    assert check(with_simulation, TODAY) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("        next: n2\n", "", "'next' is a required property"),
        ("next: n2", "next: n9", "the choice n1:a leads to 'n9', which is not there"),
        ("next: n2", "next: end", "no choice leads to the situation 'n2'"),
        ("start: n1", "start: n9", "there is no situation 'n9'"),
        ("feedback: Perché sì.\n        next: end", "feedback: Sì.\n        next: n1", "can come back to it"),
        ("  - id: n2", "  - id: end", "a situation is called 'end'"),
        ("  - id: n2", "  - id: n1", "the id 'm1-s1-n1' is already used"),
        ("      - id: b\n        text: Male", "      - id: a\n        text: Male", "two choices have the id"),
        ("        feedback: Perché no.\n", "", "'feedback' is a required property"),
        ("feedback: Perché no.", 'feedback: " "', "the text is empty"),
        ("consequence: Va male.", "consequence: Va [male](fact:x).", "there is no fact 'x'"),
        ("consequence: Va male.", "consequence: Va <b>male</b>.", "raw HTML"),
        ("consequence: Va male.", 'consequence: "# Va male"', "has a heading"),
        ("{SOS: -3}", "{SOS: -9}", "-9 is less than the minimum of -5"),
        ("{SOS: -3}", "{SOS: 0.5}", "is not of type 'integer'"),
        ("{SOS: -3}", "{SOSTEN: -3}", "unknown key 'SOSTEN'"),
        ("{LEG: 5, FID: 5, ESI: 1}", "{LEG: 1}", "no path ends as 'solid'"),
        ("lessons: [m1-l1]", "lessons: [m9-l1]", "there is no lesson 'm9-l1' to go back to"),
        ("lesson: m1-l1", "lesson: m2-l1", "there is no lesson 'm2-l1' in this module"),
        ("persone sono inventati", "persone sono nostri", "does not say that the places are invented"),
        ("places: [Inventopoli]", "places: [Altrove]", "the disclaimer does not name Altrove"),
        ("id: m1-s1", "id: m1-s2", "the id of this simulation must be m1-s1"),
        ("start: n1", "start: n1\nmusic: loud", "unknown key 'music'"),
    ],
)
def test_what_is_wrong_is_named(with_simulation: Path, old: str, new: str, message: str) -> None:
    edit(with_simulation, FILE, old, new)

    problems = check(with_simulation, TODAY)

    said = [str(problem) for problem in problems if message in problem.message]
    assert said, problems
    assert said[0].startswith(f"{with_simulation / FILE}:")


def test_a_problem_is_on_its_line(with_simulation: Path) -> None:
    line = edit(with_simulation, FILE, "next: n2", "next: n9")

    assert line in [problem.line for problem in check(with_simulation, TODAY)]


def test_a_situation_needs_two_choices(with_simulation: Path) -> None:
    text = (with_simulation / FILE).read_text("utf-8")
    start, end = text.index("      - id: b\n        text: Così"), text.index("debriefing:")
    edit(with_simulation, FILE, text[start:end], "")

    assert "at least 2 items are needed here" in str(check(with_simulation, TODAY)[0])


def test_a_norm_is_called_as_a_fact_though_the_story_is_invented(with_simulation: Path) -> None:
    facts = "facts:\n  - {id: n1, text: la legge, statement: Una legge., source: G.U., certainty: known}\n"
    (with_simulation / "facts.yaml").write_text(facts, "utf-8")
    line = edit(with_simulation, FILE, "text: Bene", "text: Applico la legge 328/2000")

    (problem,) = check(with_simulation, TODAY)

    assert (problem.line, "'legge 328/2000' is not taken" in problem.message) == (line, True)


def test_too_many_paths_are_refused_before_they_are_walked(with_simulation: Path) -> None:
    choice = "{{id: {0}, text: Sì, effects: {{}}, consequence: Sì., feedback: Sì., next: {1}}}"
    nodes = [
        f"  - {{id: x{n}, title: T, text: T, question: Q, choices: ["
        + ", ".join(choice.format(one, f"x{n + 1}" if n < 30 else "end") for one in "abcde")
        + "]}\n"
        for n in range(31)
    ]
    text = (with_simulation / FILE).read_text("utf-8")
    start, end = text.index("  - id: n1"), text.index("debriefing:")
    edit(with_simulation, FILE, text[start:end], "".join(nodes))
    edit(with_simulation, FILE, "start: n1", "start: x0")

    assert "more than 5000 paths" in str(check(with_simulation, TODAY)[0])


def test_a_file_that_nobody_lists_is_a_problem(with_simulation: Path) -> None:
    (with_simulation / "m1/simulations/bozza.yaml").write_text("id: x", "utf-8")

    assert "this file is not read as a simulation" in str(check(with_simulation, TODAY)[0])


def test_the_module_has_another_revision_when_its_simulation_changes(with_simulation: Path) -> None:
    before = load_programme(with_simulation).module("m1").revision
    edit(with_simulation, FILE, "Va male.", "Va malissimo.")

    assert load_programme(with_simulation).module("m1").revision != before
