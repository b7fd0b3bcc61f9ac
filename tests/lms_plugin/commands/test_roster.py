"""`coalizione roster`: the same rosters from the command line, with exit statuses."""

import json
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.commands import main
from lms_plugin.rehearsal.faults import FaultPlan
from lms_plugin.rosters.tables import Membership, RosterSync
from tests.conftest import Clock
from tests.lms_plugin.lti.practice_lms import Practice
from tests.lms_plugin.rosters import conftest as rosters
from tests.lms_plugin.rosters.conftest import fresh

lms_keys, practice, platform, browser = (
    rosters.lms_keys,
    rosters.practice,
    rosters.platform,
    rosters.browser,
)
course, sessions = rosters.course, rosters.sessions


@pytest.fixture
def clock() -> Clock:
    """The command has the machine's clock, so the practice LMS has it too."""
    return Clock(rosters.real_now())


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["roster", *arguments])


def test_sync_list_and_show(course: UUID, environment: dict[str, str]) -> None:
    read = run(environment, "sync", str(course), "--json")
    assert read.exit_code == 0, read.output
    (reading,) = json.loads(read.output)["readings"]
    assert (reading["outcome"], reading["members"], reading["joined"]) == ("done", 5, 5)
    (listed,) = json.loads(run(environment, "list", "--json").output)["courses"]
    assert (listed["id"], listed["enrolled"], listed["last_outcome"]) == (str(course), 5, "done")
    shown = json.loads(run(environment, "show", str(course), "--never-came", "--json").output)
    assert [person["user_id"] for person in shown["people"]] == ["bruno", "elena"]
    text = run(environment, "show", str(course))
    assert "Ada Bianchi (learner): came" in text.output


def test_dry_run_reads_nothing(course: UUID, environment: dict[str, str], database: Session) -> None:
    result = run(environment, "sync", "--all", "--dry-run")
    assert (result.exit_code, result.output.strip()) == (0, "would read CO-AliZIONE 2026")
    assert fresh(database, RosterSync) == []


def test_a_roster_that_is_refused_is_status_1_with_the_lms_s_words(
    course: UUID, environment: dict[str, str], practice: Practice, database: Session
) -> None:
    practice.lms.installation.faults.set(FaultPlan(rate=1, status=403, services=frozenset({"roster"})))
    result = run(environment, "sync", "--all")
    assert result.exit_code == 1
    assert "refused" in result.output
    assert fresh(database, Membership) == []


def test_misuse_is_status_2(environment: dict[str, str], sessions: sessionmaker[Session]) -> None:
    del sessions
    assert run(environment, "sync").exit_code == 2
    assert run(environment, "sync", str(uuid4()), "--all").exit_code == 2
    assert run(environment, "show", "not-an-id").exit_code == 2


def test_unknown_course_is_one_line_and_status_1(environment: dict[str, str]) -> None:
    for command in ("show", "sync"):
        result = run(environment, command, str(uuid4()))
        assert result.exit_code == 1
        assert result.output.startswith("course_unknown")
