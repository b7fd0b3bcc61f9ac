"""GET of statements: filters, paging, formats (xAPI 1.0.3 Communication 2.1.3)."""

import json
from typing import Any
from uuid import uuid4

import pytest
from tests.conftest import Clock
from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs, ids_of, made, voiding

ANNA, BRUNO = {"mbox": "mailto:anna@example.it"}, {"mbox": "mailto:bruno@example.it"}
COURSE, MODULE = {"id": "https://x.example/course"}, {"id": "https://x.example/module"}
SOME_ID = "12345678-1234-5678-1234-123456789abc"
VERB = {"id": "https://x.example/verbs/read"}


def referring(target: str) -> dict[str, Any]:
    return made(actor=BRUNO, object={"objectType": "StatementRef", "id": target})


def inner(**members: Any) -> dict[str, Any]:
    return {"objectType": "SubStatement", "actor": BRUNO, "verb": VERB, "object": MODULE} | members


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


@pytest.mark.parametrize("name", ["statementId", "voidedStatementId"])
def test_id_excludes_filters(lrs: Lrs, name: str) -> None:
    for other, value in FILTERS:
        assert lrs.get(**{name: str(uuid4()), other: value}).status_code == 400, other


def test_the_two_ids_exclude_each_other(lrs: Lrs) -> None:
    assert lrs.get(statementId=str(uuid4()), voidedStatementId=str(uuid4())).status_code == 400


@pytest.mark.parametrize(
    "allowed", [{"format": "ids"}, {"attachments": "false"}, {"format": "exact", "attachments": "true"}]
)
def test_id_goes_with_format_and_attachments(lrs: Lrs, allowed: dict[str, str]) -> None:
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


def test_newest_come_first_unless_ascending(lrs: Lrs, clock: Clock) -> None:
    statements = [made() for _ in range(3)]
    for statement in statements:
        lrs.store(statement)
        clock.move(seconds=1)
    assert lrs.ids(ascending="true") == ids_of(statements)
    assert lrs.ids() == lrs.ids(ascending="false") == ids_of(statements)[::-1]


def test_agent_matches_actor_object_and_members_by_identifier(lrs: Lrs) -> None:
    group = {"objectType": "Group", "name": "Ufficio", "mbox": "mailto:g@example.it", "member": [ANNA]}
    as_actor, as_object = made(actor={**ANNA, "name": "Anna"}), made(object={"objectType": "Agent", **ANNA})
    as_member, member_of_object = made(actor=group), made(object={"objectType": "Group", "member": [ANNA]})
    lrs.store(
        as_actor,
        as_object,
        as_member,
        member_of_object,
        made(actor=BRUNO),
        made(context={"instructor": ANNA}),
    )
    assert set(lrs.ids(agent=json.dumps(ANNA))) == set(
        ids_of([as_actor, as_object, as_member, member_of_object])
    )
    named = {"objectType": "Group", "mbox": "mailto:g@example.it"}
    assert lrs.ids(agent=json.dumps(named)) == [as_member["id"]]


def test_agent_is_told_by_the_kind_of_its_identifier(lrs: Lrs) -> None:
    account = {"account": {"homePage": "https://lms.example", "name": "7"}}
    by_account, by_openid = made(actor=account), made(actor={"openid": "https://id.example/7"})
    by_sha1 = made(actor={"mbox_sha1sum": "a" * 40})
    lrs.store(by_account, by_openid, by_sha1)
    for statement in (by_account, by_openid, by_sha1):
        assert lrs.ids(agent=json.dumps(statement["actor"])) == [statement["id"]]
    other = {"account": {"homePage": "https://other.example", "name": "7"}}
    assert lrs.ids(agent=json.dumps(other)) == []


@pytest.mark.parametrize(
    "members",
    [
        {"context": {"instructor": ANNA}},
        {"context": {"team": {"objectType": "Group", "member": [ANNA]}}},
        {"object": inner(actor=ANNA)},
        {"object": inner(object={"objectType": "Agent", **ANNA})},
        {"object": inner(context={"instructor": ANNA})},
    ],
)
def test_related_agents_are_found_when_asked_for(lrs: Lrs, members: dict[str, Any]) -> None:
    statement = made(**members)
    lrs.store(statement, made())
    assert lrs.ids(agent=json.dumps(ANNA)) == []
    assert lrs.ids(agent=json.dumps(ANNA), related_agents="true") == [statement["id"]]


def test_authority_is_a_related_agent(lrs: Lrs) -> None:
    statement = made()
    lrs.store(statement)
    authority = json.dumps(lrs.get(statementId=statement["id"]).json["authority"])
    assert lrs.ids(agent=authority) == []
    assert lrs.ids(agent=authority, related_agents="true") == [statement["id"]]


def test_context_agents_of_version_2_are_related(lrs: Lrs) -> None:
    lrs.version = "2.0.0"
    agents = [{"objectType": "contextAgent", "agent": ANNA}]
    groups = [{"objectType": "contextGroup", "group": {"objectType": "Group", "member": [BRUNO]}}]
    statement = made(context={"contextAgents": agents, "contextGroups": groups})
    lrs.store(statement)
    for agent in (ANNA, BRUNO):
        assert lrs.ids(agent=json.dumps(agent), related_agents="true") == [statement["id"]]


def test_activity_matches_the_object_only(lrs: Lrs) -> None:
    as_object = made(object=COURSE)
    as_parent = made(context={"contextActivities": {"parent": COURSE}})
    in_inner = made(object=inner(object=COURSE))
    inner_parent = made(object=inner(context={"contextActivities": {"grouping": [COURSE]}}))
    lrs.store(as_object, as_parent, in_inner, inner_parent, made())
    assert lrs.ids(activity=COURSE["id"]) == [as_object["id"]]
    related = lrs.ids(activity=COURSE["id"], related_activities="true")
    assert set(related) == set(ids_of([as_object, as_parent, in_inner, inner_parent]))


def test_verb_and_registration_match_exactly(lrs: Lrs) -> None:
    registration = str(uuid4())
    one, other = made(verb=VERB), made(context={"registration": registration.upper()})
    lrs.store(one, other)
    assert lrs.ids(verb=VERB["id"]) == [one["id"]]
    assert lrs.ids(verb=VERB["id"] + "x") == []
    assert lrs.ids(registration=registration) == [other["id"]]


def test_filters_narrow_each_other(lrs: Lrs) -> None:
    wanted = made(actor=ANNA, verb=VERB, object=COURSE)
    lrs.store(
        wanted, made(actor=ANNA, verb=VERB), made(actor=ANNA, object=COURSE), made(verb=VERB, object=COURSE)
    )
    assert lrs.ids(agent=json.dumps(ANNA), verb=VERB["id"], activity=COURSE["id"]) == [wanted["id"]]
    assert lrs.ids(verb=VERB["id"], activity=COURSE["id"], limit="1") != []


def test_since_excludes_and_until_includes_the_instant(lrs: Lrs, clock: Clock) -> None:
    first, second = made(timestamp="2020-01-01T00:00:00Z"), made()
    lrs.store(first)
    clock.move(seconds=10)
    lrs.store(second)
    assert lrs.ids(since="2026-11-23T09:00:00Z") == [second["id"]]
    assert lrs.ids(until="2026-11-23T10:00:00+01:00") == [first["id"]]
    assert lrs.ids(since="2026-11-23T08:59:59.999999Z", until="2026-11-23T09:00:10Z", limit="1") == [
        second["id"]
    ]


def pages(lrs: Lrs, **query: Any) -> list[list[str]]:
    """Ids page by page, following `more`."""
    found, answer = [], lrs.get(**query)
    while True:
        found.append([statement["id"] for statement in answer.json["statements"]])
        more = answer.json["more"]
        if not more:
            return found
        assert more.startswith("/xapi/statements?")
        answer = lrs.call("GET", more)
        assert answer.status_code == 200


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_hold_everything_once(lrs: Lrs, ascending: str) -> None:
    statements = [made(actor=ANNA, verb=VERB) for _ in range(7)]
    lrs.store(*statements[:4])
    lrs.store(*statements[4:], made(actor=BRUNO))
    expected = ids_of(statements) if ascending == "true" else ids_of(statements)[::-1]
    for query in (
        {"agent": json.dumps(ANNA)},
        {"verb": VERB["id"]},
        {"activity": statements[0]["object"]["id"], "verb": VERB["id"]},
    ):
        found = pages(lrs, limit="3", ascending=ascending, **query)
        assert [len(page) for page in found] == [3, 3, 1]
        assert sum(found, []) == expected


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_new_arrivals_do_not_shift_pages(lrs: Lrs, ascending: str) -> None:
    statements = [made() for _ in range(4)]
    lrs.store(*statements)
    first = lrs.get(limit="2", ascending=ascending).json
    lrs.store(made(), made())
    second = lrs.call("GET", first["more"]).json
    assert {one["id"] for one in first["statements"] + second["statements"]} == set(ids_of(statements))
    assert second["more"] == ""


def test_limit_of_zero_is_the_maximum(lrs: Lrs) -> None:
    lrs.store(*(made() for _ in range(5)))
    for limit in ("0", "5", "100000", "9" * 18):
        answer = lrs.get(limit=limit).json
        assert (len(answer["statements"]), answer["more"]) == (5, "")


def test_nothing_found_is_an_empty_result(lrs: Lrs) -> None:
    assert lrs.get().json == {"statements": [], "more": ""}


def test_statement_matches_when_what_it_refers_to_does(lrs: Lrs, clock: Clock) -> None:
    target = made(actor=ANNA, verb=VERB, object=COURSE, context={"registration": str(uuid4())})
    first = referring(target["id"])
    second = referring(first["id"])
    lrs.store(target)
    clock.move(seconds=1)
    lrs.store(first, second, referring(str(uuid4())), made(actor=BRUNO))
    expected = [second["id"], first["id"], target["id"]]
    registration = target["context"]["registration"]
    for query in (
        {"agent": json.dumps(ANNA)},
        {"verb": VERB["id"]},
        {"activity": COURSE["id"]},
        {"registration": registration},
        {
            "agent": json.dumps(ANNA),
            "verb": VERB["id"],
            "activity": COURSE["id"],
            "registration": registration,
        },
    ):
        assert lrs.ids(**query) == expected
        assert sum(pages(lrs, limit="1", **query), []) == expected
    # Time is that of the statement itself, not of what it refers to.
    assert lrs.ids(verb=VERB["id"], until="2026-11-23T09:00:00Z") == [target["id"]]
    assert lrs.ids(verb=VERB["id"], since="2026-11-23T09:00:00Z") == [second["id"], first["id"]]


def test_voiding_statement_is_found_by_what_it_voids(lrs: Lrs) -> None:
    target = made(actor=ANNA)
    void = voiding(target["id"])
    lrs.store(target, void)
    assert lrs.ids(agent=json.dumps(ANNA)) == [void["id"]]


def test_references_in_a_circle_end(lrs: Lrs) -> None:
    one, other = str(uuid4()), str(uuid4())
    lrs.store(referring(other) | {"id": one}, referring(one) | {"id": other})
    assert set(lrs.ids(agent=json.dumps(BRUNO))) == {one, other}
    assert lrs.ids(agent=json.dumps(ANNA)) == []


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
    assert kept["object"] == {"objectType": "Activity", **MODULE}
    assert kept["context"] == {"instructor": BRUNO, "contextActivities": {"parent": [COURSE]}}
    assert kept["result"] == {"success": True}
    assert group["actor"] == {"objectType": "Group", "member": [ANNA]}


@pytest.mark.parametrize(
    ("languages", "name", "verb"),
    [
        ("it", "Modulo", "ha letto"),
        ("en-GB, it;q=0.5", "Module", "read"),
        ("fr", "Module", "read"),
        (None, "Module", "read"),
    ],
)
def test_format_canonical_gives_one_language(lrs: Lrs, languages: str | None, name: str, verb: str) -> None:
    statement = made(**FULL)
    lrs.store(statement)
    query = {"statementId": statement["id"], "format": "canonical"}
    kept = lrs.call("GET", query_string=query, headers={"Accept-Language": languages}).json
    definition = kept["object"]["definition"]
    assert list(definition["name"].values()) == [name]
    assert list(kept["verb"]["display"].values()) == [verb]
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
