"""Facts become exact xAPI statements, and impossible facts are refused."""

import copy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_content.profile import (
    ACTIVITY_TYPES,
    ATTENDED,
    COMPLETED,
    FAILED,
    LMS_TYPE,
    PASSED,
    VERBS,
    Verb,
    activity_iri,
    lms_course_iri,
    platform_iri,
)
from course_content.statements import (
    Account,
    ActivityFacts,
    ActivityReference,
    ContextFacts,
    ResultFacts,
    StatementError,
    StatementFacts,
    VoidingFacts,
    build,
    build_voiding,
    duration,
    statement_id,
    timestamp,
)

BASE = "https://formazione.example.org"
REGISTRATION = UUID("3f2b8c1e-7a54-4c1b-9d3e-0a1b2c3d4e5f")
MODULE_IRI = f"{BASE}/xapi/activities/co-alizione/m1"
AT = datetime(2026, 11, 23, 9, 30, 15, 250_999, tzinfo=timezone(timedelta(hours=1)))

COURSE = ActivityFacts("co-alizione", "course", "", {"it": "CO-AliZIONE Formazione"})
MODULE = ActivityFacts("co-alizione", "module", "m1", {"it": "Primo modulo", "en": "First module"})
ASSESSMENT = ActivityFacts("co-alizione", "assessment", "m1-assessment", {"it": "Verifica"})
WEBINAR = ActivityFacts("co-alizione", "webinar", "w01", {"it": "Webinar"})


def facts(
    verb: Verb = COMPLETED, activity: ActivityFacts = MODULE, result: ResultFacts | None = None
) -> StatementFacts:
    return StatementFacts(
        id=statement_id(REGISTRATION, activity_iri(BASE, activity.programme, activity.id), verb),
        base_url=BASE,
        actor=Account("https://moodle.example.org", "42"),
        verb=verb,
        activity=activity,
        result=result,
        context=ContextFacts(
            registration=REGISTRATION,
            profile=1,
            platform="Moodle di prova",
            revision="0123456789ab",
            parents=(COURSE,),
            groupings=(ActivityReference(platform_iri(BASE, "3"), LMS_TYPE, {"it": "Moodle di prova"}),),
            extensions={f"{BASE}/xapi/ext/lti": {"deployment_id": "1", "resource_link_id": None}},
        ),
        at=AT,
    )


CONTEXT = {
    "registration": "3f2b8c1e-7a54-4c1b-9d3e-0a1b2c3d4e5f",
    "platform": "Moodle di prova",
    "language": "it",
    "revision": "0123456789ab",
    "contextActivities": {
        "parent": [
            {
                "objectType": "Activity",
                "id": f"{BASE}/xapi/activities/co-alizione",
                "definition": {
                    "type": "http://adlnet.gov/expapi/activities/course",
                    "name": {"it": "CO-AliZIONE Formazione"},
                },
            }
        ],
        "grouping": [
            {
                "objectType": "Activity",
                "id": f"{BASE}/xapi/platform/3",
                "definition": {
                    "type": "http://id.tincanapi.com/activitytype/lms",
                    "name": {"it": "Moodle di prova"},
                },
            }
        ],
        "category": [
            {
                "objectType": "Activity",
                "id": f"{BASE}/xapi/profile/v1",
                "definition": {"type": "http://adlnet.gov/expapi/activities/profile"},
            }
        ],
    },
    "extensions": {f"{BASE}/xapi/ext/lti": {"deployment_id": "1", "resource_link_id": None}},
}
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://moodle.example.org", "name": "42"}}


def test_a_completed_module() -> None:
    assert build(facts(result=ResultFacts(completion=True, duration_seconds=750))) == {
        "id": "ab3b1820-63b4-5588-b252-2367b16c0fc2",
        "version": "1.0.0",
        "actor": ACTOR,
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"it": "ha completato", "en": "completed"},
        },
        "object": {
            "objectType": "Activity",
            "id": MODULE_IRI,
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/module",
                "name": {"it": "Primo modulo", "en": "First module"},
            },
        },
        "result": {"completion": True, "duration": "PT12M30S"},
        "context": CONTEXT,
        "timestamp": "2026-11-23T08:30:15.250Z",
    }


@pytest.mark.parametrize(
    ("verb", "success", "reached", "scaled"), [(PASSED, True, 87, 0.87), (FAILED, False, 0, 0)]
)
def test_a_judged_assessment(verb: Verb, success: bool, reached: int, scaled: float) -> None:  # noqa: FBT001 - a row of a table
    result = ResultFacts(completion=True, success=success, score_percent=reached)
    statement = build(facts(verb, ASSESSMENT, result))
    assert statement["verb"]["id"] == f"http://adlnet.gov/expapi/verbs/{verb.name}"
    assert statement["object"]["id"] == f"{BASE}/xapi/activities/co-alizione/m1-assessment"
    assert statement["object"]["definition"]["type"] == "http://adlnet.gov/expapi/activities/assessment"
    assert statement["result"] == {
        "completion": True,
        "success": success,
        "score": {"scaled": scaled, "raw": reached, "min": 0, "max": 100},
    }


def test_an_attended_webinar() -> None:
    statement = build(facts(ATTENDED, WEBINAR, ResultFacts(completion=True, duration_seconds=3_725)))
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/attended"
    assert statement["object"]["definition"]["type"] == "http://id.tincanapi.com/activitytype/webinar"
    assert statement["result"] == {"completion": True, "duration": "PT1H2M5S"}


def test_a_voided_statement() -> None:
    voids, own = UUID(int=1), UUID(int=2)
    statement = build_voiding(VoidingFacts(own, Account(BASE, "staff-7"), voids, AT))
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert statement["object"] == {"objectType": "StatementRef", "id": str(voids)}
    assert (statement["id"], statement["timestamp"]) == (str(own), "2026-11-23T08:30:15.250Z")
    assert "context" not in statement


def test_a_statement_without_result_has_none() -> None:
    assert "result" not in build(facts(VERBS["initialized"]))


def test_the_caller_s_values_are_neither_changed_nor_shared() -> None:
    extension = {"objectType": "kept", "list": [1]}
    title = {"it": "Titolo"}
    given_facts = facts(activity=replace(MODULE, title=title))
    context = replace(given_facts.context, extensions={f"{BASE}/xapi/ext/x": extension})
    before = copy.deepcopy((extension, title))
    statement = build(replace(given_facts, context=context))
    statement["context"]["extensions"][f"{BASE}/xapi/ext/x"]["list"].append(2)
    statement["object"]["definition"]["name"]["it"] = "Altro"
    assert (extension, title) == before


@pytest.mark.parametrize(
    ("verb", "result"),
    [
        (COMPLETED, ResultFacts(completion=True, score_percent=80)),
        (ATTENDED, ResultFacts(score_percent=80)),
        (COMPLETED, ResultFacts(success=True)),
        (PASSED, ResultFacts(success=False, score_percent=20)),
        (FAILED, ResultFacts(success=True, score_percent=90)),
        (PASSED, ResultFacts(score_percent=90)),
        (PASSED, None),
        (PASSED, ResultFacts(success=True, score_percent=101)),
        (FAILED, ResultFacts(success=False, score_percent=-1)),
        (ATTENDED, ResultFacts(duration_seconds=-1)),
        (ATTENDED, ResultFacts(duration_seconds=float("nan"))),
    ],
)
def test_a_result_that_contradicts_its_verb_is_refused(verb: Verb, result: ResultFacts | None) -> None:
    with pytest.raises(StatementError):
        build(facts(verb, result=result))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(StatementError, match="zone"):
        build(replace(facts(), at=datetime(2026, 11, 23, 9, 30)))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    "actor", [Account("moodle.example.org", "42"), Account("https://moodle.example.org", "")]
)
def test_an_account_that_names_nobody_is_refused(actor: Account) -> None:
    with pytest.raises(StatementError, match="account"):
        build(replace(facts(), actor=actor))


@pytest.mark.parametrize("key", ["lti", "", "a b:c"])
def test_an_extension_key_must_be_an_iri(key: str) -> None:
    wrong = replace(facts().context, extensions={key: 1})
    with pytest.raises(StatementError, match="not an IRI"):
        build(replace(facts(), context=wrong))


def test_a_base_without_a_scheme_is_refused() -> None:
    with pytest.raises(StatementError, match="not an IRI"):
        build(replace(facts(), base_url="formazione.example.org"))


def test_a_statement_id_never_changes() -> None:
    assert statement_id(REGISTRATION, MODULE_IRI, COMPLETED) == UUID("ab3b1820-63b4-5588-b252-2367b16c0fc2")


def test_each_part_of_what_is_stated_changes_the_id() -> None:
    others = {
        statement_id(REGISTRATION, MODULE_IRI, COMPLETED),
        statement_id(UUID(int=5), MODULE_IRI, COMPLETED),
        statement_id(REGISTRATION, MODULE_IRI + "2", COMPLETED),
        statement_id(REGISTRATION, MODULE_IRI, PASSED),
        statement_id(REGISTRATION, MODULE_IRI, COMPLETED, attempt=2),
    }
    assert len(others) == 5
    assert {identifier.version for identifier in others} == {5}


def test_an_lms_context_id_of_any_characters_makes_one_iri() -> None:
    assert (
        lms_course_iri(BASE + "/", "3", "1", "corso/à #1")
        == f"{BASE}/xapi/platform/3/deployment/1/context/corso%2F%C3%A0%20%231"
    )


def test_verbs_and_types_are_the_published_ones() -> None:
    assert VERBS["joined"].iri == "http://activitystrea.ms/join"
    assert VERBS["left"].iri == "http://activitystrea.ms/leave"
    assert VERBS["earned"].iri == "http://id.tincanapi.com/verb/earned"
    assert VERBS["answered"].iri == "http://adlnet.gov/expapi/verbs/answered"
    assert ACTIVITY_TYPES["session"] == "http://activitystrea.ms/event"
    assert all(set(verb.display) == {"it", "en"} for verb in VERBS.values())


@given(st.floats(0, 1e7, allow_nan=False))
def test_a_duration_is_valid_and_loses_less_than_a_hundredth(seconds: float) -> None:
    written = duration(seconds)
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,2})?)S)?", written)
    assert match
    assert any(match.groups())
    hours, minutes, rest = (float(part or 0) for part in match.groups())
    assert -1e-6 <= seconds - (hours * 3600 + minutes * 60 + rest) < 0.01 + 1e-6


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_a_timestamp_is_utc_with_milliseconds(at: datetime) -> None:
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        return
    written = timestamp(at)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written)
    assert timedelta(0) <= instant - datetime.fromisoformat(written) < timedelta(milliseconds=1)
