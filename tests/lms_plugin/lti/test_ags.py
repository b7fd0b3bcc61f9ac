"""The grade book of an LMS, asked over HTTP: columns, results, scores, as each product answers."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms_plugin.lti import ags
from lms_plugin.lti.line_item import LineItem
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.service_call import ServiceCalls, ServiceRefused
from lms_plugin.outbound import Outbound
from lms_plugin.storage import session_factory
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti import fixtures
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Practice

lms_keys, practice, platform = fixtures.lms_keys, fixtures.practice, fixtures.platform
pytestmark = on_sqlite
OUTBOUND = Outbound(frozenset({"127.0.0.1"}), timeout=(2, 2))
SCOPES = (ags.LINE_ITEM_SCOPE, ags.RESULT_SCOPE, ags.SCORE_SCOPE)
COLUMNS = 3  # that the practice LMS begins with: module 1, webinar 1, final assessment


@pytest.fixture
def calls(engine: Engine) -> ServiceCalls:
    return ServiceCalls(OUTBOUND, SECRET, session_factory(engine))


@pytest.fixture
def token(calls: ServiceCalls, platform: Platform, database: Session, clock: Clock) -> str:
    database.refresh(platform)
    database.expunge_all()
    return calls.call(platform, SCOPES, lambda given: given, clock())


@pytest.fixture
def columns(practice: Practice) -> str:
    return practice.lms.installation.service_address("lineitems")


def wanted(**changes: object) -> LineItem:
    column = LineItem("Modulo 2", 100, resource_id="co-alizione/m2", tag="score", resource_link_id="link-m1")
    return replace(column, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", ["strict", "moodle", "canvas", "brightspace", "blackboard"])
def test_a_column_is_made_read_changed_and_deleted(
    practice: Practice, columns: str, token: str, profile: str
) -> None:
    practice.lms.use_profile(profile)
    columns = practice.lms.installation.service_address("lineitems")
    made = ags.create_line_item(OUTBOUND, columns, token, wanted())
    assert ags.get_line_item(OUTBOUND, made.url, token) == made
    changed = ags.update_line_item(OUTBOUND, token, replace(made, label="Modulo due"))
    assert (changed.label, changed.url) == ("Modulo due", made.url)
    ags.delete_line_item(OUTBOUND, made.url, token)
    with pytest.raises(ServiceRefused) as refused:
        ags.get_line_item(OUTBOUND, made.url, token)
    assert refused.value.status == 404


@pytest.mark.parametrize("profile", ["strict", "moodle"])
def test_all_pages_of_columns_are_read(practice: Practice, columns: str, token: str, profile: str) -> None:
    practice.lms.use_profile(profile)
    columns = practice.lms.installation.service_address("lineitems")
    for number in range(5):
        ags.create_line_item(OUTBOUND, columns, token, wanted(label=str(number), resource_id=f"p/{number}"))
    small = replace(practice.lms.installation.settings, page_size=2)
    practice.lms.installation.settings = small
    assert len(ags.list_line_items(OUTBOUND, columns, token)) == COLUMNS + 5
    one = ags.list_line_items(
        OUTBOUND, columns, token, resource_link_id="link-m1", resource_id="p/3", tag="score"
    )
    assert [column.label for column in one] == ["3"]


def test_results_are_read_for_all_and_for_one(practice: Practice, columns: str, token: str) -> None:
    column = practice.lms.installation.line_item_address("column-m1")
    for person, points in (("ada", 80), ("bruno", 60)):
        score = {
            "userId": person, "scoreGiven": points, "scoreMaximum": 100, "comment": "bene",
            "timestamp": "2026-11-23T09:00:00.000Z",
            "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        }  # fmt: skip
        assert ags.post_score(OUTBOUND, column, token, score).status == 200
    assert {one.user_id: one.score for one in ags.get_results(OUTBOUND, column, token)} == {
        "ada": 80,
        "bruno": 60,
    }
    assert [one.comment for one in ags.get_results(OUTBOUND, column, token, user_id="ada")] == ["bene"]


def test_an_lms_that_never_deletes_says_so(practice: Practice, columns: str, token: str) -> None:
    practice.lms.use_profile("openedx")
    made = ags.create_line_item(OUTBOUND, columns, token, wanted())
    with pytest.raises(ServiceRefused) as refused:
        ags.delete_line_item(OUTBOUND, made.url, token)
    assert refused.value.status == 403


def test_a_token_that_the_lms_forgot_is_replaced_once(
    practice: Practice, calls: ServiceCalls, platform: Platform, database: Session, clock: Clock, columns: str
) -> None:
    database.refresh(platform)
    database.expunge_all()

    def columns_with(given: str) -> int:
        return len(ags.list_line_items(OUTBOUND, columns, given))

    assert calls.call(platform, SCOPES, columns_with, clock()) == COLUMNS
    practice.lms.installation.tokens.revoke_all()
    assert calls.call(platform, SCOPES, columns_with, clock()) == COLUMNS
    assert practice.asked.count("/token") == 2


def test_a_service_that_always_says_401_is_asked_twice_only(
    practice: Practice, calls: ServiceCalls, platform: Platform, database: Session, clock: Clock, columns: str
) -> None:
    database.refresh(platform)
    database.expunge_all()
    with pytest.raises(ServiceRefused):
        calls.call(platform, SCOPES, lambda _: ags.list_line_items(OUTBOUND, columns, "wrong"), clock())
    assert (
        practice.asked.count(practice.lms.installation.service_address("lineitems")[len(practice.url) :]) == 2
    )
