"""What the LRS knows of an agent and of an activity (xAPI 1.0.3 Communication 2.4, 2.5)."""

import json
from typing import Any

from tests.lms_plugin.lrs.conftest import Lrs, LrsMaker, made
from tests.lms_plugin.lti.fixtures import on_sqlite

ACCOUNT = {"homePage": "https://lms.example", "name": "42"}
IRI = "https://formazione.example/xapi/activities/p/m1"


def person(lrs: Lrs, agent: Any) -> Any:
    """The Person of an agent."""
    answer = lrs.call("GET", "/xapi/agents", query_string={"agent": json.dumps(agent)})
    assert answer.status_code == 200, answer.text
    return answer.json


def activity(lrs: Lrs, iri: str = IRI) -> Any:
    """The Activity of an IRI."""
    answer = lrs.call("GET", "/xapi/activities", query_string={"activityId": iri})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_person_has_every_name_that_statements_gave(lrs: Lrs) -> None:
    for kind, value in (
        ("mbox", "mailto:anna@example.it"),
        ("mbox_sha1sum", "a" * 40),
        ("openid", "https://anna.example.it"),
        ("account", ACCOUNT),
    ):
        agent: dict[str, Any] = {kind: value}
        assert person(lrs, agent) == {"objectType": "Person", kind: [value]}
        assert person(lrs, agent | {"name": "Anna"})["name"] == ["Anna"]
        lrs.store(made(actor=agent | {"name": "Anna"}), made(actor=agent | {"name": "Anna Bianchi"}))
        lrs.store(made(actor={"mbox": "mailto:other@example.it", "name": "Other"}))
        found = person(lrs, {"objectType": "Agent"} | agent)
        assert (found["objectType"], found[kind]) == ("Person", [value])
        assert set(found["name"]) == {"Anna", "Anna Bianchi"}
        assert set(person(lrs, agent | {"name": "A."})["name"]) == {"Anna", "Anna Bianchi", "A."}


def test_name_that_no_column_holds_stays_in_its_statement_only(lrs: Lrs) -> None:
    agent = {"mbox": "mailto:nul@example.it"}
    lrs.store(made(actor=agent | {"name": "A\x00B"}))
    assert person(lrs, agent) == {"objectType": "Person", "mbox": ["mailto:nul@example.it"]}


def test_activity_adds_up_what_statements_said(lrs: Lrs) -> None:
    assert activity(lrs) == {"objectType": "Activity", "id": IRI}
    kind, extension = "http://adlnet.gov/expapi/activities/module", "https://formazione.example/e"
    first = {"type": kind, "name": {"it": "Modulo"}, "extensions": {extension: 1.5}}
    second = {"name": {"en": "Module"}, "moreInfo": "https://formazione.example/m1"}
    lrs.store(made(object={"id": IRI, "definition": first}))
    lrs.store(made(object={"id": IRI, "definition": second}), made(object={"id": IRI}))
    assert activity(lrs) == {
        "objectType": "Activity",
        "id": IRI,
        "definition": {**first, **second, "name": {"it": "Modulo", "en": "Module"}},
    }
    assert activity(lrs, IRI + "2") == {"objectType": "Activity", "id": IRI + "2"}


def test_answers_have_an_entity_tag_and_head(lrs: Lrs) -> None:
    for path, query in (
        ("/xapi/agents", {"agent": json.dumps({"account": ACCOUNT})}),
        ("/xapi/activities", {"activityId": IRI}),
    ):
        answer = lrs.call("GET", path, query_string=query)
        head = lrs.call("HEAD", path, query_string=query)
        tag = answer.headers["ETag"]
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
        known = lrs.call("GET", path, query_string=query, headers={"If-None-Match": tag})
        assert known.status_code == 304


@on_sqlite
def test_wrong_questions_are_refused(lrs: Lrs) -> None:
    for path, query in (
        ("agents", {}),
        ("agents", {"agent": "anna"}),
        ("agents", {"agent": "{}"}),
        ("agents", {"agent": json.dumps({"objectType": "Group", "account": ACCOUNT})}),
        ("agents", {"agent": json.dumps({"account": ACCOUNT, "mbox": "mailto:a@example.it"})}),
        ("agents", {"agent": json.dumps({"account": ACCOUNT}), "limit": "1"}),
        ("agents", {"Agent": json.dumps({"account": ACCOUNT})}),
        ("activities", {}),
        ("activities", {"activityId": "true"}),
        ("activities", {"activityid": IRI}),
    ):
        answer = lrs.call("GET", f"/xapi/{path}", query_string=query)
        assert (answer.status_code, bool(answer.json["rule"])) == (400, True), (path, query)
    for path in ("agents", "activities"):
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            answer = lrs.call(method, f"/xapi/{path}")
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD"), (path, method)


@on_sqlite
def test_what_statements_say_is_for_those_who_may_read_all(lrs_with: LrsMaker) -> None:
    for scope, status in (
        ("all", 200),
        ("all/read", 200),
        ("statements/read", 200),
        ("statements/read/mine", 403),
        ("statements/write", 403),
        ("state", 403),
        ("profile", 403),
    ):
        client = lrs_with(scope)
        query = {"agent": json.dumps({"account": ACCOUNT})}
        assert client.call("GET", "/xapi/agents", query_string=query).status_code == status, scope
        query = {"activityId": IRI}
        assert client.call("GET", "/xapi/activities", query_string=query).status_code == status, scope
