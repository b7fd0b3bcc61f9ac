"""The connection self-test against the practice LMS: each line for itself, and nothing left behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import LtiContext, Platform
from lms_plugin.lti.self_test.line import Line, Step, Verdict
from lms_plugin.lti.self_test.running import PlatformGone, SelfTest
from lms_plugin.outbound import Outbound
from lms_plugin.rehearsal.faults import FaultPlan
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.storage import session_factory
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser, Practice

Run = Callable[..., dict[Step, Line]]


@pytest.fixture(autouse=True)
def _real_time(clock: Clock) -> None:
    """The `Date` of an answer is this machine's."""
    clock.moment = datetime.now(UTC)


@pytest.fixture
def run(engine: Engine, clock: Clock, platform: Platform) -> Run:
    outbound = Outbound(frozenset({"127.0.0.1"}))
    platform_id = platform.id

    def run_test(*, with_score: bool = True) -> dict[Step, Line]:
        test = SelfTest(outbound, SECRET, session_factory(engine), clock)
        return {line.step: line for line in test.run(platform_id, with_score=with_score).lines}

    return run_test


def verdicts(lines: dict[Step, Line]) -> dict[Step, tuple[Verdict, str]]:
    return {step: (line.verdict, line.code) for step, line in lines.items()}


def grade_book(practice: Practice) -> tuple[set[str], int]:
    """The columns of the LMS, and how many grades are in them."""
    with practice.lms.installation.store.reading() as memory:
        return set(memory.line_items), len(memory.grades)


def test_everything_works_and_the_grade_book_is_as_it_was(browser: Browser, run: Run) -> None:
    browser.launch()
    before = grade_book(browser.practice)
    lines = run()
    assert list(lines) == list(Step)
    assert {line.verdict for line in lines.values()} == {Verdict.OK}
    assert grade_book(browser.practice) == before
    assert lines[Step.KEYS].facts["keys"] == 2
    assert lines[Step.ROSTER].facts["people"] == 5
    assert lines[Step.TOKEN].facts["seconds"] == 3600


def test_no_real_column_is_scored_or_changed(browser: Browser, run: Run) -> None:
    browser.launch()
    run()
    with browser.practice.lms.installation.store.reading() as memory:
        scored = {posted.line_item_id for posted in memory.posted}
        assert scored
        assert not scored & set(memory.line_items)


@on_sqlite
@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"openedx"}))
def test_it_passes_with_every_kind_of_lms(
    client: FlaskClient, practice: Practice, database: Session, engine: Engine, clock: Clock, profile: str
) -> None:
    practice.lms.use_profile(profile)
    platform = practice.platform(database)
    assert Browser(client, practice).launch().status_code == 303
    test = SelfTest(Outbound(frozenset({"127.0.0.1"})), SECRET, session_factory(engine), clock)
    report = test.run(platform.id)
    assert report.works, [line for line in report.lines if line.verdict is Verdict.FAILED]
    assert {line.verdict for line in report.lines} == {Verdict.OK}


@on_sqlite
def test_where_no_column_is_deleted_it_says_so_and_uses_the_same_one_again(
    browser: Browser, run: Run
) -> None:
    browser.practice.lms.use_profile("openedx")
    browser.launch()
    first = run()
    assert verdicts(first)[Step.DELETE] == (Verdict.IMPOSSIBLE, "never_deleted")
    columns = grade_book(browser.practice)[0]
    assert sum(column.startswith("column-") for column in columns) == 4  # three of the course, and the test's
    second = run()
    assert verdicts(second)[Step.CREATE] == (Verdict.OK, "column_reused")
    assert grade_book(browser.practice)[0] == columns


@on_sqlite
def test_before_any_launch_only_keys_and_clock_can_be_tried(run: Run) -> None:
    lines = run()
    assert {step for step, line in lines.items() if line.verdict is Verdict.OK} == {Step.KEYS, Step.CLOCK}
    assert {line.verdict for line in lines.values()} == {Verdict.OK, Verdict.IMPOSSIBLE}


@on_sqlite
def test_a_score_that_was_not_asked_for_is_not_sent(browser: Browser, run: Run) -> None:
    browser.launch()
    lines = run(with_score=False)
    assert verdicts(lines)[Step.SCORE] == (Verdict.IMPOSSIBLE, "not_asked")
    with browser.practice.lms.installation.store.reading() as memory:
        assert memory.posted == []


@on_sqlite
def test_a_teacher_only_is_no_fault_of_the_connection(browser: Browser, run: Run) -> None:
    browser.launch("carla")
    assert verdicts(run())[Step.SCORE] == (Verdict.IMPOSSIBLE, "not_graded")


@on_sqlite
def test_a_learner_is_taken_before_a_teacher_who_came_later(browser: Browser, run: Run, clock: Clock) -> None:
    browser.launch("ada")
    clock.move(minutes=9)
    browser.launch("carla")
    clock.moment = datetime.now(UTC)
    assert verdicts(run())[Step.SCORE] == (Verdict.OK, "ok")


@on_sqlite
@pytest.mark.parametrize(
    ("service", "step", "code"),
    [
        ("jwks", Step.KEYS, "busy"),
        ("token", Step.TOKEN, "token_refused"),
        ("roster", Step.ROSTER, "busy"),
        ("lineitems", Step.COLUMNS, "busy"),
        ("scores", Step.SCORE, "score_refused"),
        ("results", Step.RESULT, "busy"),
    ],
)
def test_a_service_that_fails_is_named_and_the_column_goes_all_the_same(
    browser: Browser, run: Run, service: str, step: Step, code: str
) -> None:
    browser.launch()
    before = grade_book(browser.practice)
    faults = browser.practice.lms.installation.faults
    faults.set(FaultPlan(rate=1.0, status=503, services=frozenset({service})))
    lines = run()
    faults.set(FaultPlan())
    assert verdicts(lines)[step] == (Verdict.FAILED, code)
    assert grade_book(browser.practice) == before


@on_sqlite
def test_an_address_of_the_roster_that_is_none_is_a_line_of_the_report(
    browser: Browser, run: Run, database: Session
) -> None:
    browser.launch()
    database.execute(update(LtiContext).values(memberships_url="https://[lms/roster"))
    database.commit()
    assert verdicts(run())[Step.ROSTER] == (Verdict.FAILED, "unreadable")


@on_sqlite
def test_a_clock_that_is_off_is_measured(browser: Browser, run: Run, clock: Clock) -> None:
    clock.move(seconds=-90)
    line = run()[Step.CLOCK]
    assert (line.verdict, line.code) == (Verdict.FAILED, "clock_off")
    assert 88 <= int(line.facts["seconds"]) <= 92


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "step", "code"),
    [
        ({"jwks_url": "http://127.0.0.1:1/jwks"}, Step.KEYS, "unreachable"),
        ({"jwks_url": "http://10.0.0.1/jwks"}, Step.KEYS, "not_called"),
        ({"auth_token_url": "{url}/nowhere"}, Step.TOKEN, "token_refused"),
        ({"client_id": "stranger"}, Step.TOKEN, "token_invalid_client"),
        ({"jwks_url": "{url}/services/co-alizione-2026/memberships"}, Step.KEYS, "forbidden"),
        ({"jwks_url": "{url}/nowhere"}, Step.KEYS, "missing"),
    ],
)
def test_a_wrong_registration_is_told_from_a_broken_lms(
    browser: Browser, database: Session, run: Run, changes: dict[str, str], step: Step, code: str
) -> None:
    browser.launch()
    written = {name: value.format(url=browser.practice.url) for name, value in changes.items()}
    database.execute(update(Platform).values(**written))
    database.commit()
    assert verdicts(run())[step] == (Verdict.FAILED, code)


@on_sqlite
def test_the_key_of_the_last_launch_must_still_be_published(browser: Browser, run: Run) -> None:
    browser.launch()
    keys = browser.practice.lms.installation.keys
    for _ in range(5):
        keys.rotate()
    assert verdicts(run())[Step.KEYS] == (Verdict.FAILED, "last_key_gone")


@on_sqlite
def test_an_lms_that_answers_slowly_does_not_hold_the_page_and_is_tidied_up(
    browser: Browser, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms_plugin.lti.self_test.running.BUDGET_SECONDS", 1.0)
    browser.launch()
    before = grade_book(browser.practice)
    faults = browser.practice.lms.installation.faults
    faults.set(FaultPlan(rate=1.0, status=503, delay_seconds=1.2, services=frozenset({"scores"})))
    began = datetime.now(UTC)
    lines = run()
    faults.set(FaultPlan())
    assert datetime.now(UTC) - began < timedelta(seconds=10)
    assert verdicts(lines)[Step.RESULT] == (Verdict.IMPOSSIBLE, "too_slow")
    assert grade_book(browser.practice) == before


@on_sqlite
def test_a_registration_that_is_gone_is_said(engine: Engine, clock: Clock) -> None:
    with pytest.raises(PlatformGone):
        SelfTest(Outbound(), SECRET, session_factory(engine), clock).run(uuid4())
