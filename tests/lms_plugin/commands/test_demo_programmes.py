"""An author sees their own copy of a programme in the demo."""

from pathlib import Path
from shutil import copytree

import pytest

from course_content import EMBEDDED
from lms_plugin.commands.demo_programmes import UnsoundProgramme, offered


def test_a_copy_takes_the_place_of_its_original_and_the_others_stay(tmp_path: Path) -> None:
    copy = Path(copytree(EMBEDDED / "for-pa", tmp_path / "mine"))
    assert offered([]) == (EMBEDDED / "co-alizione", EMBEDDED / "for-pa")
    assert offered([copy]) == (copy.resolve(), EMBEDDED / "co-alizione")


def test_a_copy_with_problems_is_refused_with_what_to_do(tmp_path: Path) -> None:
    copy = Path(copytree(EMBEDDED / "for-pa", tmp_path / "mine"))
    (copy / "m1/assessment.yaml").unlink()
    with pytest.raises(
        UnsoundProgramme, match=r"content check .*mine[\s\S]*has no assessment|cannot be read"
    ):
        offered([copy])
