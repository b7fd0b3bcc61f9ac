"""The rules of each LMS product: what is sent to it, and what its answers mean."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lms_plugin.lti.families.canvas import SUBMISSION
from lms_plugin.lti.families.choosing import FAMILIES, family_of
from lms_plugin.lti.families.strict import Reading
from lms_plugin.lti.line_item import LineItem
from lms_plugin.rehearsal.quirks import PROFILES

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SENT = {
    "score_given": 80,
    "score_maximum": 100,
    "activity_progress": "Completed",
    "grading_progress": "FullyGraded",
    "timestamp": "2026-11-23T08:59:59.000Z",
    "comment": "",
}


def score(family: str, **changes: Any) -> dict[str, Any] | None:
    return family_of(family).score(SENT | changes, "ada", NOW)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("moodle", "moodle"), ("canvas", "canvas"), ("BlackboardLearn", "blackboard"),
        ("desire2learn", "brightspace"), ("Open edX", "openedx"), ("open-edx", "openedx"),
        ("sakai", "sakai"), ("", "strict"), ("ltiadvantagesuite", "strict"), ("MOODLE", "moodle"),
    ],
)  # fmt: skip
def test_a_product_is_known_by_its_code(code: str, name: str) -> None:
    assert family_of(code).name == name


def test_every_product_that_the_practice_lms_plays_has_its_family() -> None:
    played = {name: family_of(profile.family).name for name, profile in PROFILES.items()}
    own = {name: name if name not in {"strict", "minimal"} else "strict" for name in PROFILES}
    assert played == own


def test_no_two_products_claim_one_code() -> None:
    codes = [code for family in FAMILIES for code in family.codes]
    assert len(codes) == len(set(codes))


def test_a_score_has_what_the_specification_wants_and_no_empty_comment() -> None:
    assert score("") == {
        "userId": "ada", "scoreGiven": 80, "scoreMaximum": 100, "activityProgress": "Completed",
        "gradingProgress": "FullyGraded", "timestamp": "2026-11-23T08:59:59.000Z",
    }  # fmt: skip
    assert (score("", comment="Bene") or {})["comment"] == "Bene"


@pytest.mark.parametrize(
    "changes", [{"grading_progress": "Pending"}, {"score_given": None}, {"grading_progress": "Failed"}]
)
def test_moodle_is_never_sent_what_would_erase_a_grade(changes: dict[str, Any]) -> None:
    assert score("moodle", **changes) is None


def test_canvas_makes_no_new_submission_and_none_in_the_future() -> None:
    sent = score("canvas") or {}
    assert sent[SUBMISSION] == {"new_submission": False, "submitted_at": SENT["timestamp"]}
    ahead = (NOW + timedelta(minutes=5)).isoformat()
    assert (score("canvas", timestamp=ahead) or {})[SUBMISSION]["submitted_at"] == "2026-11-23T09:00:00.000Z"


def test_open_edx_wants_a_whole_maximum_and_deletes_nothing() -> None:
    column = family_of("openedx").line_item(LineItem("A", 12.5))
    assert repr(column.as_json()["scoreMaximum"]) == "13"
    assert not family_of("openedx").deletes_line_items


def test_brightspace_wants_an_audience_of_its_own() -> None:
    assert family_of("desire2learn").token_audience == "https://api.brightspace.com/auth/token"


@pytest.mark.parametrize(
    ("family", "status", "told", "reading"),
    [
        ("", 200, "", Reading.ACCEPTED), ("", 204, "", Reading.ACCEPTED), ("", 409, "", Reading.KNOWN),
        ("", 429, "", Reading.BUSY), ("", 502, "", Reading.BUSY), ("", 302, "", Reading.LOCKED_OUT),
        ("", 401, "", Reading.LOCKED_OUT), ("", 404, "", Reading.COLUMN_GONE), ("", 400, "", Reading.REFUSED),
        ("", 422, "", Reading.REFUSED), ("", 400, "Incorrect score received", Reading.REFUSED),
        ("moodle", 400, 'Incorrect score received{"userId":"3"}', Reading.NOT_GRADED),
        ("moodle", 400, "something else", Reading.REFUSED),
        ("canvas", 422, '{"errors":{"message":"User not found in course or is not a student"}}',
         Reading.NOT_GRADED),
        ("canvas", 422, "cannot be changed: This assignment is still unpublished", Reading.LATER),
        ("canvas", 422, "This course has concluded.", Reading.REFUSED),
        ("canvas", 400, "Provided timestamp of 1 before last updated timestamp of 2", Reading.KNOWN),
        ("canvas", 400, "Provided submitted_at timestamp of 1 in the future", Reading.REFUSED),
        ("canvas", 403, "403 Forbidden (Rate Limit Exceeded)", Reading.BUSY),
        ("canvas", 403, "no", Reading.REFUSED),
        ("blackboard", 400, "User could not be found: 1", Reading.REFUSED),
        ("desire2learn", 403, "The user is not enrolled in the org unit", Reading.REFUSED),
        ("desire2learn", 404, "User does not exist", Reading.REFUSED),
        ("desire2learn", 404, "no such line item", Reading.COLUMN_GONE),
        ("openedx", 400, '{"timestamp":["Score already exists for the provided timestamp"]}', Reading.KNOWN),
        ("openedx", 400, "Score timestamp can only be updated to a later point in time", Reading.KNOWN),
        ("openedx", 400, '{"userId":["required"]}', Reading.REFUSED),
        ("sakai", 400, "Scope score not in access token", Reading.LOCKED_OUT),
        ("sakai", 400, "Could not parse", Reading.REFUSED),
    ],
)  # fmt: skip
def test_each_product_is_understood(family: str, status: int, told: str, reading: Reading) -> None:
    assert family_of(family).reading(status, told) is reading


def test_an_lms_that_does_not_say_what_it_is_is_known_by_its_addresses() -> None:
    consumer = "https://lms.example/api/lti_consumer/v1/token/7b0ecbe0"
    assert family_of("", consumer).name == "openedx"
    assert family_of("moodle", consumer).name == "moodle"
    assert family_of("", "https://lms.example/token").name == "strict"
