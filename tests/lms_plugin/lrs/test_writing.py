"""PUT and POST of statements (xAPI 1.0.3 Communication 2.1.1, 2.1.2; Data 2.3)."""

import json
import threading
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs, LrsMaker, ids_of, made, voiding

SOME_ID = "12345678-1234-5678-1234-123456789abc"
ATTACHMENT = {
    "usageType": "https://x.example/use",
    "display": {"it": "Attestato"},
    "contentType": "application/pdf",
    "length": 10,
    "sha2": "a" * 64,
}


def test_post_answers_ids_in_order(lrs: Lrs) -> None:
    statements = [made() for _ in range(5)]
    answer = lrs.post(statements)
    assert (answer.status_code, answer.json) == (200, ids_of(statements))


def test_post_of_one_object_answers_one_id(lrs: Lrs) -> None:
    statement = made()
    assert lrs.post(statement).json == [statement["id"]]


def test_post_of_an_empty_array_is_answered_by_one(lrs: Lrs) -> None:
    answer = lrs.post([])
    assert (answer.status_code, answer.json) == (200, [])


def test_missing_id_is_made(lrs: Lrs) -> None:
    statement = made()
    del statement["id"]
    (one,) = lrs.post(statement).json
    assert UUID(one)
    assert lrs.get(statementId=one).json["verb"] == statement["verb"]


def test_put_stores_under_the_id_of_the_query(lrs: Lrs) -> None:
    statement = made()
    one = statement.pop("id")
    assert lrs.put(statement, one).status_code == 204
    assert lrs.get(statementId=one).json["id"] == one


def test_put_with_wrong_id_is_refused(lrs: Lrs) -> None:
    for query in [{}, {"statementId": "x"}, {"statementid": SOME_ID}, {"statementId": SOME_ID}]:
        assert lrs.call("PUT", json=made(), query_string=query).status_code == 400
        assert lrs.ids() == []


def test_put_of_an_array_is_refused(lrs: Lrs) -> None:
    statement = made()
    assert lrs.call("PUT", json=[statement], query_string={"statementId": statement["id"]}).status_code == 400


def test_ids_are_compared_without_case_and_returned_lower(lrs: Lrs) -> None:
    statement = made()
    upper = statement | {"id": statement["id"].upper()}
    assert lrs.put(statement, upper["id"]).status_code == 204
    assert lrs.put(upper).status_code == 204
    assert lrs.post(upper).json == [statement["id"]]
    assert lrs.get(statementId=upper["id"]).json["id"] == statement["id"]


def test_same_statement_again_is_fine_and_another_is_a_conflict(lrs: Lrs) -> None:
    statement = made()
    for _ in range(2):
        assert lrs.put(statement).status_code == 204
        assert lrs.post(statement).json == [statement["id"]]
    other = statement | {"result": {"success": True}}
    assert lrs.put(other).status_code == 409
    assert lrs.post([made(), other]).status_code == 409
    assert lrs.ids() == [statement["id"]]
    assert "result" not in lrs.get(statementId=statement["id"]).json


def test_batch_with_one_bad_statement_stores_nothing(lrs: Lrs) -> None:
    assert lrs.post([made(), made(actor={"name": "nobody"}), made()]).status_code == 400
    assert lrs.ids() == []


def test_two_equal_ids_in_a_batch_are_refused(lrs: Lrs) -> None:
    statement = made()
    answer = lrs.post([statement, statement | {"id": statement["id"].upper()}])
    assert (answer.status_code, answer.json["path"]) == (400, "$[1].id")
    assert lrs.ids() == []


def test_bodies_that_are_not_statements_are_refused(lrs: Lrs) -> None:
    for raw in [b"", b"{", b"null", b"5", b'"x"', b"[[]]", b"[null]", b'{"id":1,"id":1}', b"\xff\xfe"]:
        for method, query in (("POST", {}), ("PUT", {"statementId": str(uuid4())})):
            answer = lrs.call(
                method, data=raw, query_string=query, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 400
            assert answer.json["path"].startswith("$")


def test_other_content_types_are_refused(lrs: Lrs) -> None:
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]:
        answer = lrs.call("POST", data=json.dumps(made()), headers={"Content-Type": kind})
        assert answer.status_code == 400


def test_post_takes_no_query_parameters(lrs: Lrs) -> None:
    for query in [{"statementId": SOME_ID}, {"method": "PUT"}, {"x": "1"}]:
        assert lrs.call("POST", json=made(), query_string=query).status_code == 400


@pytest.mark.parametrize(("version", "expected"), [("1.0.3", "1.0.0"), ("2.0.0", "2.0.0")])
def test_statement_without_version_gets_that_of_the_request(
    lrs_with: LrsMaker, version: str, expected: str
) -> None:
    client, statement = lrs_with(version=version), made()
    client.store(statement)
    assert client.get(statementId=statement["id"]).json["version"] == expected


def test_statement_keeps_a_version_it_names(lrs: Lrs) -> None:
    statement = made(version="1.0.2")
    lrs.store(statement)
    assert lrs.get(statementId=statement["id"]).json["version"] == "1.0.2"
    assert lrs.post(made(version="2.0.0")).status_code == 400


def test_timestamp_is_returned_in_utc_and_set_when_missing(lrs: Lrs) -> None:
    given, missing = made(timestamp="2026-11-23T10:00:00.5+01:00"), made()
    del missing["timestamp"]
    lrs.store(given, missing)
    assert lrs.get(statementId=given["id"]).json["timestamp"] == "2026-11-23T09:00:00.500000Z"
    kept = lrs.get(statementId=missing["id"]).json
    assert kept["timestamp"] == kept["stored"]


def test_context_activities_come_back_as_arrays(lrs: Lrs) -> None:
    parent = {"id": "https://x.example/c"}
    context = {"contextActivities": {"parent": parent}}
    verb, actor = {"id": "https://x.example/v"}, {"mbox": "mailto:a@example.it"}
    inner = {"objectType": "SubStatement", "actor": actor, "verb": verb, "object": parent, "context": context}
    statement = made(object=inner, context=context)
    lrs.store(statement)
    kept = lrs.get(statementId=statement["id"]).json
    for context in (kept["context"], kept["object"]["context"]):
        assert context["contextActivities"] == {"parent": [parent]}


def test_voided_statement_is_found_only_as_voided(lrs: Lrs) -> None:
    target = made()
    void = voiding(target["id"])
    lrs.store(target)
    lrs.store(void)
    assert lrs.ids() == [void["id"]]
    assert lrs.get(statementId=target["id"]).status_code == 404
    assert lrs.get(voidedStatementId=target["id"]).json["id"] == target["id"]
    assert lrs.get(voidedStatementId=void["id"]).status_code == 404


def test_voiding_that_comes_first_counts(lrs: Lrs) -> None:
    target = made()
    lrs.store(voiding(target["id"]))
    lrs.store(target)
    assert lrs.get(statementId=target["id"]).status_code == 404
    assert lrs.get(voidedStatementId=target["id"]).status_code == 200


def test_concurrent_writers_of_one_id_make_one_statement(app: Flask, lrs: Lrs) -> None:
    statement, other = made(), threading.Barrier(6)
    contents = [statement, statement | {"result": {"success": True}}]
    answers: list[int] = []

    def write(place: int) -> None:
        client = Lrs(app.test_client(), lrs.key, lrs.secret)
        other.wait(20)
        answers.append(client.put(contents[place % 2], statement["id"]).status_code)

    threads = [threading.Thread(target=write, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [204, 204, 204, 409, 409, 409]
    assert lrs.ids() == [statement["id"]]


def test_long_and_odd_texts_come_back_as_they_were(lrs: Lrs) -> None:
    verb = {"id": "https://x.example/" + "v" * 5000}
    actor = {"account": {"homePage": "https://lms.example", "name": "\x00è😀" + "n" * 5000}}
    statement = made(verb=verb, actor=actor)
    lrs.call("POST", STATEMENTS, data=json.dumps(statement), headers={"Content-Type": "application/json"})
    assert lrs.ids(verb=verb["id"]) == lrs.ids(agent=json.dumps(actor)) == [statement["id"]]
    assert lrs.get(statementId=statement["id"]).json["actor"] == actor
