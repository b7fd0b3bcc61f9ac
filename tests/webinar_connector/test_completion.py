"""A settled attendance as an xAPI statement."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from course_content.facts import Account
from course_content.profile import CURRENT_PROFILE
from course_content.profile_document import profile_document
from course_content.statements import build
from tests.services.xapi_templates import matching
from webinar_connector.completion import Attended, attended_facts
from webinar_connector.webinars import Attendance

ATTENDED = Attended(
    base_url="https://formazione.example.it",
    actor=Account("https://lms.example.it", "u-42"),
    registration=UUID(int=7),
    run=UUID(int=8),
    programme_id="co-alizione",
    webinar_id="w01",
    title={"it": "Leggere i bisogni"},
    module_id="m1",
    module_title={"it": "Modulo 1"},
    at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    rule_version=1,
    revision="1.0",
    programme_title={"it": "CO-AliZIONE"},
)
PRESENT = Attendance("u-42", 52 * 60, 3600, 86, reached=True, estimated=False)


def test_statement_says_duration_and_completion_and_never_success() -> None:
    statement = build(attended_facts(ATTENDED, PRESENT))
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/attended"
    assert statement["result"] == {"completion": True, "duration": "PT52M"}
    assert statement["object"]["id"] == "https://formazione.example.it/xapi/activities/co-alizione/w01"
    assert statement["object"]["definition"]["type"] == "http://id.tincanapi.com/activitytype/webinar"
    assert statement["context"]["contextActivities"]["grouping"][0]["id"].endswith("/co-alizione/m1")
    profile = profile_document(ATTENDED.base_url, CURRENT_PROFILE)
    assert matching(statement, profile) == [f"{profile['versions'][0]['id']}#webinar-attended"]


def test_rule_not_met_is_said_as_not_completed() -> None:
    missed = replace(PRESENT, attended_seconds=60, percent=1, reached=False)
    assert build(attended_facts(ATTENDED, missed))["result"] == {"completion": False, "duration": "PT1M"}


def test_second_run_gives_the_same_statement_and_a_correction_another() -> None:
    assert attended_facts(ATTENDED, PRESENT) == attended_facts(ATTENDED, PRESENT)
    corrected = attended_facts(replace(ATTENDED, version=2), PRESENT)
    assert corrected.id != attended_facts(ATTENDED, PRESENT).id
