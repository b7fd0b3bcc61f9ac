"""Every way a programme's files can be wrong is named with its file and line."""

from datetime import date
from pathlib import Path

import pytest

from course_content import EMBEDDED
from course_content.checks import check
from course_content.loader import programme_folders
from tests.course_content.small import edit

TODAY = date(2026, 11, 23)


def test_a_sound_programme_has_no_problems(folder: Path) -> None:
    assert check(folder, TODAY) == ()


@pytest.mark.parametrize("programme", programme_folders(EMBEDDED), ids=lambda path: path.name)
def test_the_embedded_programmes_have_no_problems(programme: Path) -> None:
    assert check(programme) == ()


LESSON = "m1/01-lezione.it.md"

BREAKAGES = [
    # file, old text, new text, what the message must say
    ("programme.yaml", "modules: [m1, m2]", "modules: [m1, m2", "broken YAML"),
    ("programme.yaml", "id: small", "id: Small One", "does not match"),
    (
        "programme.yaml",
        "owner: Un ente",
        "owner: Un ente\nowner: Due",
        "'owner' is already written on line 5",
    ),
    ("programme.yaml", "owner: Un ente", "ovner: Un ente", "'owner' is a required property"),
    ("programme.yaml", "owner: Un ente", "owner: !!python/name:os.system Un ente", "is refused"),
    ("programme.yaml", "owner: Un ente", 'owner: "  "', "the text is empty"),
    ("programme.yaml", 'version: "1"', "version: 1", "is not of type 'string'"),
    ("programme.yaml", "modules: 2", "modules: 3", "3 modules are promised, 2 are listed"),
    ("programme.yaml", "webinars: 1", "webinars: 20", "20 webinars are promised, webinars.yaml has 1"),
    ("programme.yaml", "sessions: 2}", "sessions: 48}", "48 sessions are promised, sessions.yaml has 2"),
    ("programme.yaml", "owner: Un ente", "owner: Un ente\ntimezone: Europe/Rme", "no time zone 'Europe/Rme'"),
    ("programme.yaml", "owner: Un ente", "owner: Un ente\nlanguages: [en]", "the list must contain 'it'"),
    ("programme.yaml", "title: Piccolo", "title: {en: Small}", "'it' is a required property"),
    ("programme.yaml", "id: sessions-held", "id: m1", "'m1' is already used in"),
    ("m1/module.yaml", "id: m1", "id: m3", "the id is not 'm1', the name of the folder"),
    ("m1/module.yaml", "number: 1", "number: 7", "number is not 1"),
    (
        "m1/module.yaml",
        "objectives: [Sapere]",
        "objectives: []",
        "at least 1 items are needed here, there are 0",
    ),
    ("m1/module.yaml", "status: ready", "status: redy", "is not one of"),
    ("m1/module.yaml", "status: ready", "status: ready\noutline: [Una]", "a ready module has an outline"),
    ("m1/module.yaml", "status: ready", "status: ready\nlevel: 3", "unknown key 'level'"),
    ("m2/module.yaml", "status: in_preparation", "status: ready\n", "a ready module has no lessons"),
    ("m2/module.yaml", "outline: [Una lezione]", "", "a module in preparation has no outline"),
    ("m2/module.yaml", "minutes: 30", "", "the length of the module is unknown"),
    (LESSON, "roles: [AMM]", "roles: [SIN]", "there is no role 'SIN'"),
    (LESSON, "id: m1-l1\n", "id: m1-l2\n", "the id of this lesson must be m1-l1"),
    (LESSON, "id: m1-l1-q1", "id: m2-l1-q1", "must begin with m1-"),
    (LESSON, "verified_on: 2026-01-02", "verified_on: 2026-11-24", "verified_on 2026-11-24 is in the future"),
    (LESSON, "verified_on: 2026-01-02", "verified_on: 2026-02-30", "is not a 'date'"),
    (LESSON, "verified_on: 2026-01-02\n", "", "'verified_on' is a required property"),
    (LESSON, ", feedback: Non conta.", "", "'feedback' is a required property"),
    (LESSON, "{id: false", "{id: forse", "has the choices true and false"),
    (LESSON, "https://example.org/legge", "javascript:alert(1)", "does not match"),
    (LESSON, "webinar:w01", "webinar:w09", "there is no webinar 'w09'"),
    (LESSON, "webinar:w01", "lesson:m1-l7", "there is no lesson 'm1-l7'"),
    (LESSON, "webinar:w01", "module:m9", "there is no module 'm9'"),
    (LESSON, "webinar:w01", "session:S03", "there is no session 'S03'"),
    (LESSON, "webinar:w01", "02-altro.it.md", "leads nowhere"),
    (LESSON, "webinar:w01", "http://example.org", "leads nowhere"),
    (LESSON, "Un disegno", "", "an image has no alternative text"),
    (LESSON, "media/disegno.svg", "media/altro.svg", "does not exist"),
    (LESSON, "media/disegno.svg", "https://example.org/a.png", "not in the module's media folder"),
    (LESSON, "media/disegno.svg", "media/../module.yaml", "not in the module's media folder"),
    (LESSON, "una tabella", "una <b>tabella</b>", "raw HTML"),
    (LESSON, "## Perché", "<script>x</script>\n\n## Perché", "raw HTML"),
    (LESSON, "## Perché", "# Perché", "a heading of level 1"),
    (LESSON, "## Perché", "#### Perché", "a heading of level 4"),
    ("m1/assessment.yaml", "draw: 2", "draw: 3", "3 questions are drawn from a bank of 2"),
    ("m1/assessment.yaml", "id: m1-q2", "id: m1-l1-q1", "already used in 01-lezione.it.md, line 10"),
    ("m1/assessment.yaml", "answer: [b]", "answer: [z]", "'z' is not the id of anything"),
    ("m1/assessment.yaml", "answer: [b]", "answer: [a, b]", "exactly one right choice"),
    ("m1/assessment.yaml", "answer: [b]", "answer: []", "at least 1 items"),
    ("m1/assessment.yaml", "id: c, text: Tre", "id: a, text: Tre", "two choices have the same id"),
    ("m1/assessment.yaml", "answer: [t1, t2]", "answer: [t1]", "has one target for each choice"),
    ("m1/assessment.yaml", ", {id: t3, text: III}", "", "one target more than the choices"),
    ("m1/assessment.yaml", "kind: matching", "kind: ordering", "at most 0 items"),
    ("webinars.yaml", "module: m1", "module: m8", "there is no module 'm8'"),
    ("webinars.yaml", "minutes: 60", "minutes: 600", "600 is greater than the maximum of 180"),
    ("webinars.yaml", "number: 1", "number: 2", "must have id w01 and number 1"),
    ("webinars.yaml", "answer: [a, b]", "answer: [a, d]", "the answer is not one of the options"),
    ("webinars.yaml", 'options: ["Sì", "No"]', 'options: ["Sì"]', "at least 2 items"),
    ("webinars.yaml", "id: w01-p2", "id: w02-p2", "the id must be w01-p2"),
    ("webinars.yaml", "2026-12-01T15:00", "2026-12-32T15:00", "starts_at: day is out of range"),
    ("webinars.yaml", "2026-12-01T15:00", "2026-10-25T02:30", "the clocks change"),
    ("webinars.yaml", "2026-12-01T15:00", "2026-03-29T02:30", "the clocks change"),
    ("sessions.yaml", "id: S02", "id: S03", "there are 2 sessions: S03 is not one of them"),
    ("sessions.yaml", "2018-07-20T17:00", "2018-07-20T14:00", "6 hours do not fit"),
    ("sessions.yaml", "2018-07-20T17:00", "2018-07-20T08:00", "6 hours do not fit"),
    ("sessions.yaml", ", ends_at: 2018-07-20T17:00", "", "'ends_at' is a dependency"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BREAKAGES, ids=[row[3] for row in BREAKAGES])
def test_a_breakage_is_reported_in_its_file(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    edit(folder, name, old, new)
    found = [problem for problem in check(folder, TODAY) if message in problem.message]
    assert found, check(folder, TODAY)
    assert all(problem.hint for problem in found)
    if "promised" not in message and "already used" not in message:
        assert found[0].path == folder / name


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LESSON, "verified_on: 2026-01-02", "verified_on: 2027-01-01"),
        (LESSON, "{id: false, text: Falso, feedback: Non conta.}", "{id: false, text: Falso}"),
        (LESSON, "![Un disegno]", "![]"),
        (LESSON, "Un testo", "<i>Un</i> testo"),
        ("m1/assessment.yaml", "answer: [t1, t2]", "answer: [t1, t9]"),
        ("webinars.yaml", "starts_at: 2026-12-01T15:00", "starts_at: 2026-13-01T15:00"),
        ("programme.yaml", "owner: Un ente", "owner: 3"),
    ],
)
def test_the_line_is_that_of_the_value(folder: Path, name: str, old: str, new: str) -> None:
    line = edit(folder, name, old, new)
    assert [(problem.path, problem.line) for problem in check(folder, TODAY)] == [(folder / name, line)]


def test_problems_of_several_files_are_all_reported_at_once(folder: Path) -> None:
    edit(folder, "webinars.yaml", "minutes: 60", "minutes: sixty")
    edit(folder, "m1/module.yaml", "status: ready", "status: soon")
    assert {problem.path.name for problem in check(folder, TODAY)} == {"webinars.yaml", "module.yaml"}


def test_a_declared_language_must_be_everywhere(folder: Path) -> None:
    edit(folder, "programme.yaml", "owner:", "languages: [it, en]\nowner:")
    problems = check(folder, TODAY)
    assert all("the text in 'en' is missing" in problem.message for problem in problems)
    assert (folder / "programme.yaml", 3) in {(problem.path, problem.line) for problem in problems}
    titled_in_english = (folder / "m1/module.yaml", 3)
    assert titled_in_english not in {(problem.path, problem.line) for problem in problems}


@pytest.mark.parametrize("name", ["programme.yaml", "m1/module.yaml", "m2/module.yaml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    problems = check(folder, TODAY)
    assert [(problem.path, problem.line) for problem in problems] == [(folder / name, 1)]
    assert "cannot be read" in problems[0].message


def test_a_listed_lesson_and_a_named_assessment_must_exist(folder: Path) -> None:
    edit(folder, "m1/module.yaml", "status: ready", "status: ready\nlessons: [02-altra.it.md]")
    edit(folder, "m2/module.yaml", "number: 2", "number: 2\nassessment: assessment.yaml")
    assert {problem.path.name for problem in check(folder, TODAY)} == {"02-altra.it.md", "assessment.yaml"}


@pytest.mark.parametrize("name", ["02-altra.en.md", "note.md", "Altra.it.md"])
def test_a_markdown_file_that_nobody_reads_is_named(folder: Path, name: str) -> None:
    (folder / "m1" / name).write_text("Testo", "utf-8")
    assert [problem.path.name for problem in check(folder, TODAY)] == [name]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"id: \xff", "not UTF-8"),
        (b"id: a\x00b", "broken YAML"),
        (b"[" * 490_000, "nested too deeply"),
        (b"- " * 200, ""),
        (b"a: &x [1]\nb: *x", "anchors"),
        (b"a: 1\n---\nb: 2", "broken YAML"),
        (b"x" * 1_000_001, "larger than"),
        (b"[]", "is not of type 'object'"),
        (b"? [a]\n: 1", "a key must be a word"),
    ],
)
def test_hostile_yaml_is_an_error_with_a_line(folder: Path, content: bytes, message: str) -> None:
    (folder / "webinars.yaml").write_bytes(content)
    problems = check(folder, TODAY)
    assert problems
    assert problems[0].path.name == "webinars.yaml"
    assert problems[0].line >= 1
    assert message in problems[0].message


@pytest.mark.parametrize("text", ["", "## Titolo\n", "---\nid: m1-l1\n"])
def test_a_lesson_without_front_matter_is_an_error(folder: Path, text: str) -> None:
    (folder / LESSON).write_text(text, "utf-8")
    assert "front matter" in check(folder, TODAY)[0].message


def test_a_lesson_without_text_is_an_error(folder: Path) -> None:
    path = folder / LESSON
    path.write_text(path.read_text("utf-8").split("## Perché")[0], "utf-8")
    assert [problem.message for problem in check(folder, TODAY)] == ["the lesson has no text"]
