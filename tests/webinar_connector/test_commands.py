"""The command line as a process would use it: answers and exit statuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.webinar_connector.bigbluebutton.test_callbacks import report
from tests.webinar_connector.conftest import SECRET
from webinar_connector.commands import main


@pytest.fixture
def run(tmp_path):
    def call(*arguments: str):
        store = str(tmp_path / "webinars.json")
        return CliRunner().invoke(main, [*arguments, "--store", store], env={"COALIZIONE_BBB_URL": ""})

    return call


def on(room: str, secret: str = SECRET) -> tuple[str, ...]:
    return ("--url", f"{room}/bigbluebutton/", "--secret", secret)


def test_plan_as_json_lists_every_wanted_webinar(run) -> None:
    result = run("plan", "--json")
    assert result.exit_code == 0
    steps = json.loads(result.stdout)
    assert {s["step"] for s in steps} == {"create"}
    assert sum(s["webinar"].startswith("co-alizione.") for s in steps) == 20


def test_apply_says_that_nothing_was_created_and_status_lists_the_bookings(run, room) -> None:
    applied = run("apply", *on(room))
    assert (applied.exit_code, "nothing was created on it" in applied.stdout) == (0, True)
    status = run("status", "--json", *on(room))
    rows = json.loads(status.stdout)
    assert status.exit_code == 0
    assert sum(r.get("provider") == "bigbluebutton" for r in rows) >= 20
    assert "keep" in run("plan").stdout


def test_refusals_exit_1_with_the_reason(run, room, tmp_path) -> None:
    wrong = run("apply", *on(room, "sbagliato"))
    assert (wrong.exit_code, "checksumError" in wrong.stdout) == (1, True)
    assert run("status", *on("http://127.0.0.1:1")).exit_code == 1
    (tmp_path / "webinars.json").write_text("{")
    broken = run("plan")
    assert (broken.exit_code, "not a store" in broken.stderr) == (1, True)


def test_broken_programme_exits_1_with_file_and_line(run, tmp_path) -> None:
    (tmp_path / "programme.yaml").write_text("id: [")
    result = run("plan", "--programme", str(tmp_path))
    assert (result.exit_code, "programme.yaml" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--nonsense"),
        ("apply",),
        ("attendance",),
        ("fly",),
        ("plan", "--programme", "/does/not/exist"),
    ],
)
def test_wrong_usage_exits_2(run, arguments) -> None:
    assert run(*arguments).exit_code == 2


def saved(tmp_path: Path) -> Path:
    told = report()
    trainer = json.loads(
        json.dumps(told["data"]["attendees"][0]).replace("u-42", "t-1").replace("w_1", "w_2")
    )
    told["data"]["attendees"].append({**trainer, "moderator": True})
    path = tmp_path / "report.json"
    path.write_text(json.dumps(told))
    return path


def test_attendance_of_a_saved_report_follows_the_rule_of_the_programme(run, tmp_path) -> None:
    result = run("attendance", "--webinar", "co-alizione.w01", "--report", str(saved(tmp_path)), "--json")
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)
    assert (row["person"], row["attended_seconds"], row["percent"], row["reached"]) == (
        "u-42",
        2400,
        100,
        True,
    )


def test_attendance_of_an_unknown_webinar_or_report_is_refused(run, tmp_path) -> None:
    assert run("attendance", "--webinar", "co-alizione.w99", "--report", str(saved(tmp_path))).exit_code == 2
    (tmp_path / "report.json").write_text("[]")
    unreadable = run("attendance", "--webinar", "co-alizione.w01", "--report", str(tmp_path / "report.json"))
    assert unreadable.exit_code == 1


def test_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "webinar_connector", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "attendance" in done.stdout
