"""The command line of the checker."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_content.__main__ import main
from tests.course_content.small import edit


def test_a_sound_folder_exits_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().out == "1 programme(s): no problems\n"


def test_a_problem_is_printed_as_file_line_message(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = edit(folder, "m1/module.yaml", "number: 1", "number: 2")
    assert main(["check", str(folder.parent)]) == 1
    assert capsys.readouterr().out.startswith(f"{folder}/m1/module.yaml:{line}: number is not 1")


def test_warnings_are_told_and_fail_only_when_strict(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = edit(folder, "m1/assessment.yaml", "text: Uno, feedback: Non conta.", "text: Uno, feedback: No.")
    assert (main(["check", str(folder)]), main(["check", str(folder), "--strict"])) == (0, 1)
    assert f"\nwarning: {folder}/m1/assessment.yaml:{line}: m1-q1: the feedback" in capsys.readouterr().out


def test_json_has_the_same_problems(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder, "m1/module.yaml", "number: 1", "number: 2")
    assert main(["check", str(folder), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["problems"]
    assert [(Path(row["path"]).name, row["line"]) for row in rows] == [("module.yaml", 2)]


def test_json_of_a_sound_folder_is_an_empty_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"problems": [], "warnings": [], "to_review": []}


def test_a_folder_without_a_programme_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "there is no programme here" in capsys.readouterr().err


def test_an_unknown_command_is_wrong_usage() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["load"])


def test_it_runs_as_a_module(folder: Path) -> None:
    command = [sys.executable, "-m", "course_content", "check", str(folder)]
    assert subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0
