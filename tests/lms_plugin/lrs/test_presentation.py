"""One statement, wrong queries, and how statements are shown (xAPI 1.0.3 Communication 2.1.3)."""

import json
from uuid import uuid4

from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs, made

ANNA, BRUNO = {"mbox": "mailto:anna@example.it"}, {"mbox": "mailto:bruno@example.it"}
COURSE, MODULE = {"id": "https://x.example/course"}, {"id": "https://x.example/module"}
SOME_ID = "12345678-1234-5678-1234-123456789abc"
VERB = {"id": "https://x.example/verbs/read"}


def test_one_statement_comes_with_last_modified(lrs: Lrs) -> None:
    statement = made()
    lrs.store(statement)
    answer = lrs.get(statementId=statement["id"])
    assert answer.content_type == "application/json"
    assert answer.headers["Last-Modified"] == "Mon, 23 Nov 2026 09:00:00 GMT"
    assert answer.json["object"] == statement["object"]


def test_unknown_id_is_not_found(lrs: Lrs) -> None:
    for name in ("statementId", "voidedStatementId"):
        answer = lrs.get(**{name: str(uuid4())})
        assert answer.status_code == 404
        assert answer.headers["X-Experience-API-Consistent-Through"]


FILTERS = [
    ("agent", json.dumps(ANNA)),
    ("verb", "https://x.example/v"),
    ("activity", "https://x.example/a"),
    ("registration", SOME_ID),
    ("related_activities", "true"),
    ("related_agents", "true"),
    ("since", "2026-01-01T00:00:00Z"),
    ("until", "2026-01-01T00:00:00Z"),
    ("limit", "1"),
    ("ascending", "true"),
]


def test_id_excludes_filters(lrs: Lrs) -> None:
    for name in ["statementId", "voidedStatementId"]:
        for other, value in FILTERS:
            assert lrs.get(**{name: str(uuid4()), other: value}).status_code == 400, other


def test_the_two_ids_exclude_each_other(lrs: Lrs) -> None:
    assert lrs.get(statementId=str(uuid4()), voidedStatementId=str(uuid4())).status_code == 400


def test_id_goes_with_format_and_attachments(lrs: Lrs) -> None:
    for allowed in [{"format": "ids"}, {"attachments": "false"}, {"format": "exact", "attachments": "true"}]:
        statement = made()
        lrs.store(statement)
        assert lrs.get(statementId=statement["id"], **allowed).status_code == 200


WRONG_QUERIES: list[dict[str, str]] = [
    {"Verb": "https://x.example/v"},
    {"unknown": "1"},
    {"STATEMENTID": SOME_ID},
    {"statementId": "x"},
    {"agent": "x"},
    {"agent": "{}"},
    {"agent": '{"name":"Anna"}'},
    {"agent": '{"objectType":"Group","member":[{"mbox":"mailto:a@example.it"}]}'},
    {"agent": '{"mbox":"mailto:a@example.it","mbox":"mailto:b@example.it"}'},
    {"verb": "read"},
    {"activity": "x"},
    {"registration": "x"},
    {"since": "yesterday"},
    {"until": "2026-01-01T00:00:00-00:00"},
    {"limit": "-1"},
    {"limit": "1.5"},
    {"limit": "many"},
    {"limit": ""},
    {"ascending": "True"},
    {"related_agents": "1"},
    {"related_activities": "yes"},
    {"attachments": "maybe"},
    {"format": "EXACT"},
    {"cursor": "x"},
    {"cursor": "1~2~3"},
]


def test_wrong_query_is_refused(lrs: Lrs) -> None:
    for query in WRONG_QUERIES:
        for method in ("GET", "HEAD"):
            assert lrs.call(method, query_string=query).status_code == 400, query


def test_parameter_given_twice_is_refused(lrs: Lrs) -> None:
    assert lrs.call("GET", f"{STATEMENTS}?limit=1&limit=2").status_code == 400


def test_head_answers_like_get_without_a_body(lrs: Lrs) -> None:
    statement = made()
    lrs.store(statement)
    for query in ({}, {"statementId": statement["id"]}):
        head, got = lrs.call("HEAD", query_string=query), lrs.get(**query)
        assert (head.status_code, head.data) == (200, b"")
        assert head.content_type == got.content_type
        assert head.headers["Content-Length"] == got.headers["Content-Length"]


FULL = {
    "actor": {"objectType": "Agent", "name": "Anna", **ANNA},
    "verb": {**VERB, "display": {"en": "read", "it": "ha letto"}},
    "object": {
        "objectType": "Activity",
        "id": MODULE["id"],
        "definition": {
            "name": {"en": "Module", "it": "Modulo"},
            "description": {"de": "Modul"},
            "interactionType": "choice",
            "choices": [{"id": "a", "description": {"en": "A", "it": "La A"}}],
        },
    },
    "context": {
        "instructor": {"name": "Bruno", **BRUNO},
        "contextActivities": {
            "parent": [{**COURSE, "definition": {"name": {"it": "Corso", "en": "Course"}}}]
        },
    },
}


def test_format_ids_keeps_only_what_identifies(lrs: Lrs) -> None:
    statement = made(**FULL, result={"success": True})
    lrs.store(statement, made(actor={"objectType": "Group", "member": [{"name": "Anna", **ANNA}]}))
    group, kept = lrs.get(format="ids").json["statements"]
    assert kept["actor"] == {"objectType": "Agent", **ANNA}
    assert kept["verb"] == VERB
    assert kept["object"] == MODULE
    assert kept["context"] == {"instructor": BRUNO, "contextActivities": {"parent": [COURSE]}}
    assert kept["result"] == {"success": True}
    assert group["actor"] == {"objectType": "Group", "member": [ANNA]}


def test_format_canonical_gives_what_all_statements_said_of_an_activity(lrs: Lrs) -> None:
    course = {"id": COURSE["id"], "definition": {"name": {"it": "Corso"}}}
    told = made(object=course)
    bare = made(object=COURSE, context={"contextActivities": {"parent": [COURSE]}})
    lrs.store(told, bare, made(object={**COURSE, "definition": {"name": {"en": "Course"}}}))
    query = {"statementId": bare["id"], "format": "canonical"}
    for languages, name in (("it", {"it": "Corso"}), ("en", {"en": "Course"})):
        found = lrs.call("GET", query_string=query, headers={"Accept-Language": languages}).json
        assert found["object"]["definition"] == {"name": name}
        assert found["context"]["contextActivities"]["parent"][0]["definition"] == {"name": name}
    assert lrs.get(statementId=bare["id"]).json["object"] == COURSE


def test_format_canonical_gives_one_language(lrs: Lrs) -> None:
    statement = made(**FULL)
    lrs.store(statement)
    query = {"statementId": statement["id"], "format": "canonical"}
    for languages, name, verb in (
        ("it", "Modulo", "ha letto"),
        ("it-IT", "Modulo", "ha letto"),
        ("en-GB, it;q=0.5", "Module", "read"),
        ("fr", "Module", "read"),
        (None, "Module", "read"),
    ):
        kept = lrs.call("GET", query_string=query, headers={"Accept-Language": languages}).json
        definition = kept["object"]["definition"]
        assert list(definition["name"].values()) == [name], languages
        assert list(kept["verb"]["display"].values()) == [verb], languages
        assert definition["description"] == {"de": "Modul"}
        assert len(definition["choices"][0]["description"]) == 1
        assert len(kept["context"]["contextActivities"]["parent"][0]["definition"]["name"]) == 1
        assert kept["actor"]["name"] == "Anna"


def test_asking_for_attachments_gets_a_multipart_answer(lrs: Lrs) -> None:
    statement = made()
    lrs.store(statement)
    for query in ({}, {"statementId": statement["id"]}):
        answer = lrs.get(attachments="true", **query)
        kind, boundary = answer.content_type.split("; boundary=")
        assert kind == "multipart/mixed"
        parts = answer.text.split(f"--{boundary}")
        assert parts[-1] == "--\r\n"
        head, body = parts[1].split("\r\n\r\n", 1)
        assert head.strip() == "Content-Type: application/json"
        assert statement["id"] in json.dumps(json.loads(body))
