"""docs/authoring.md works when it is followed to the letter."""

import re
from datetime import date
from pathlib import Path
from shutil import copytree

from course_content import EMBEDDED
from course_content.checks import check, warnings
from tests.course_content.small import edit

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "authoring.md").read_text("utf-8")
TODAY = date(2026, 11, 25)


def shown(begins: str) -> str:
    """The block of YAML in the guide that begins so."""
    return next(
        block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if block.startswith(begins)
    )


def test_following_the_guide_adds_a_lesson_and_a_question(tmp_path: Path) -> None:
    mine = Path(copytree(EMBEDDED / "co-alizione", tmp_path / "my-programme"))
    copied = (mine / "m1/03-leggere-i-bisogni.it.md").read_text("utf-8").partition("\n---\n")[2]
    new = mine / "m1/07-chiudere-bene-un-servizio.it.md"
    new.write_text(shown("---\nid: m1-l7") + copied, "utf-8")
    assert [(problem.path, problem.hint) for problem in check(mine, TODAY)] == [
        (new, "add its name to lessons in module.yaml, or remove it")
    ]
    listed = "  - 06-programmare-a-medio-lungo-termine.it.md\n"
    edit(mine, "m1/module.yaml", listed, f"{listed}  - {new.name}\n")
    bank = mine / "m1/assessment.yaml"
    bank.write_text(bank.read_text("utf-8").rstrip() + "\n" + shown("  - id: m1-q13"), "utf-8")
    assert check(mine, TODAY) == ()
    # the guide shows one self-check and asks for two
    assert [warning.message for warning in warnings(mine)] == ["the lesson has 1 self-checks, fewer than 2"]


def test_each_message_that_the_guide_explains_is_one_of_the_checks() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "course_content").glob("*.py"))
    table = GUIDE.partition("| it says | it means |")[2].partition("\n\n")[0]
    quoted = [
        said for row in table.splitlines() for said in re.findall(r"`([^`]+)`", row.partition(" | ")[0])
    ]
    ours = [said for said in quoted if said != "is a required property"]  # jsonschema's own words
    parts = [part.strip() for said in ours for part in said.split("…") if len(part.strip()) > 3]
    assert len(parts) > 20
    assert [part for part in parts if part not in code] == []
