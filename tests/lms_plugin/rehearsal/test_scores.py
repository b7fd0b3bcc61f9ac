"""Scores into the grade book: what is accepted, what is refused, what the receiving side remembers."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms_plugin.rehearsal import lms_of
from lms_plugin.rehearsal.vocabulary import RESULTS_TYPE
from tests.lms_plugin.rehearsal.tool_double import SCORES, MakeLms, Services, Tool

RESULTS = SCORES.replace("/scores", "/results")


def results(services: Services, query: str = "") -> list[dict[str, object]]:
    answer = services.client.get(f"{RESULTS}{query}", headers={**services.bearer(), "Accept": RESULTS_TYPE})
    assert answer.content_type == RESULTS_TYPE
    found = answer.json
    assert isinstance(found, list)
    return found


def of(make: MakeLms, tool: Tool, profile: str) -> Services:
    return Services(make(profile).test_client(), tool)


def test_an_accepted_score_is_a_result_and_a_row_of_the_grade_book(services: Services) -> None:
    assert services.post_score(comment="Bene").status_code == 200

    (result,) = results(services)
    assert (result["userId"], result["resultScore"], result["resultMaximum"]) == ("ada", 80, 100)
    assert result["comment"] == "Bene"
    page = services.client.get("/as/carla/grades").text
    for cell in ("80 %", "Completed", "FullyGraded", "2026-11-23T09:00:00.500Z", "Bene"):
        assert cell in page


@pytest.mark.parametrize("timestamp", ["2026-11-23T09:00:00.500Z", "2026-11-23T10:00:00.500+01:00"])
def test_an_equal_timestamp_is_a_conflict(services: Services, timestamp: str) -> None:
    services.post_score()
    again = services.post_score(timestamp=timestamp, scoreGiven=10)
    assert again.status_code == 409
    assert results(services)[0]["resultScore"] == 80


def test_an_earlier_timestamp_is_a_conflict_and_a_later_one_is_not(services: Services) -> None:
    services.post_score()
    assert services.post_score(timestamp="2026-11-23T09:00:00.499Z").status_code == 409
    assert services.post_score(timestamp="2026-11-23T09:00:00.501Z", scoreGiven=90).status_code == 200
    assert results(services)[0]["resultScore"] == 90


def test_people_do_not_share_a_timestamp(services: Services) -> None:
    assert services.post_score(userId="ada").status_code == 200
    assert services.post_score(userId="bruno").status_code == 200
    assert [row["userId"] for row in results(services, "?user_id=bruno")] == ["bruno"]


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/vnd.ims.lis.v1.score+json; charset=utf-8", "text/plain"],
)
def test_only_the_exact_media_type_is_taken(services: Services, media_type: str) -> None:
    assert services.post_score(media_type=media_type).status_code == 415
    assert results(services) == []


@pytest.mark.parametrize("user_id", ["carla", "dario", "nobody"])
def test_teachers_and_strangers_have_no_grade(services: Services, user_id: str) -> None:
    assert services.post_score(userId=user_id).status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"userId": None},
        {"userId": 4},
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"timestamp": "2026-11-23T09:00:00"},
        {"timestamp": 1795422905},
        {"scoreGiven": -1},
        {"scoreGiven": "80"},
        {"scoreGiven": True},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreMaximum": float("nan")},
        {"activityProgress": "Done"},
        {"activityProgress": None},
        {"gradingProgress": "Graded"},
        {"comment": 7},
    ],
)
def test_a_malformed_score_changes_nothing(services: Services, fields: dict[str, object]) -> None:
    assert services.post_score(**fields).status_code == 400
    assert results(services) == []


def test_a_score_is_rescaled_to_the_column(services: Services) -> None:
    services.post_score(scoreGiven=4, scoreMaximum=5)
    assert results(services)[0]["resultScore"] == 80


def test_fully_graded_without_points_clears_the_grade(services: Services) -> None:
    services.post_score()
    services.post_score(timestamp="2026-11-23T09:00:01Z", scoreGiven=None, scoreMaximum=None)
    assert "resultScore" not in results(services)[0]


def test_unknown_column_is_not_found(services: Services) -> None:
    assert services.post_score(SCORES.replace("column-m1", "column-none")).status_code == 404


def test_without_a_token_nothing_is_taken(browser: FlaskClient) -> None:
    assert browser.post(SCORES).status_code == 401


def test_the_receiving_side_counts_every_score_it_saw(services: Services, browser: FlaskClient) -> None:
    services.post_score()
    services.post_score()
    services.post_score(media_type="application/json")

    log = browser.get("/rehearsal/scores.json").json
    assert log is not None
    assert (log["accepted"], log["refused"]) == (1, 2)
    assert log["counts"][0] == {
        "line_item": "column-m1",
        "user_id": "ada",
        "timestamp": "2026-11-23T09:00:00.500Z",
        "accepted": 1,
        "refused": 1,
    }
    assert [score["status"] for score in log["scores"]] == [200, 409, 415]


def test_grades_survive_a_restart(make: MakeLms, tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "lms.json"
    assert Services(make(state_file=file).test_client(), tool).post_score().status_code == 200

    restarted = make(state_file=file)

    services = Services(restarted.test_client(), tool)
    assert services.post_score().status_code == 409
    assert results(services)[0]["resultScore"] == 80
    assert len(lms_of(restarted).installation.links()) == 5


def test_moodle_compares_whole_seconds(make: MakeLms, tool: Tool) -> None:
    moodle = of(make, tool, "moodle")
    address = f"{SCORES}?type_id=1"
    assert moodle.post_score(address).status_code == 200
    assert moodle.post_score(address, timestamp="2026-11-23T09:00:00.900Z").status_code == 409
    assert moodle.post_score(address, timestamp="2026-11-23T09:00:01Z").status_code == 200


def test_moodle_erases_the_grade_unless_fully_graded(make: MakeLms, tool: Tool) -> None:
    moodle = of(make, tool, "moodle")
    moodle.post_score()
    moodle.post_score(timestamp="2026-11-23T09:00:01Z", gradingProgress="Pending")
    assert "resultScore" not in results(moodle)[0]
    assert moodle.post_score(timestamp="2026-11-23T09:00:01Z").status_code == 200


def test_moodle_clamps_and_takes_a_time_without_zone(make: MakeLms, tool: Tool) -> None:
    moodle = of(make, tool, "moodle")
    assert moodle.post_score(scoreGiven=120, timestamp="2026-11-23T09:00:00").status_code == 200
    assert results(moodle)[0]["resultScore"] == 100
    assert moodle.post_score(media_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("profile", "again", "teacher", "stranger"),
    [
        ("strict", 409, 400, 400),
        ("moodle", 409, 400, 400),
        ("canvas", 200, 422, 422),  # the same timestamp again is taken
        ("brightspace", 409, 403, 404),
        ("openedx", 400, 400, 400),
    ],
)
def test_each_lms_refuses_with_its_own_status(
    make: MakeLms, tool: Tool, profile: str, again: int, teacher: int, stranger: int
) -> None:
    services = of(make, tool, profile)
    if profile == "brightspace":
        tool.audience = "https://api.brightspace.com/auth/token"
    services.post_score()
    assert services.post_score().status_code == again
    assert services.post_score(userId="carla").status_code == teacher
    assert services.post_score(userId="nobody").status_code == stranger


def test_canvas_refuses_an_earlier_timestamp_in_its_own_words(make: MakeLms, tool: Tool) -> None:
    canvas = of(make, tool, "canvas")
    canvas.post_score()
    earlier = canvas.post_score(timestamp="2026-11-23T08:59:59Z")
    assert earlier.status_code == 400
    assert "before last updated timestamp" in earlier.text


def test_blackboard_hides_the_comment_when_one_person_is_asked_for(make: MakeLms, tool: Tool) -> None:
    blackboard = of(make, tool, "blackboard")
    blackboard.post_score(comment="Bene")
    assert results(blackboard)[0]["comment"] == "Bene"
    assert "comment" not in results(blackboard, "?user_id=ada")[0]
