"""GET of statements: filters and paging (xAPI 1.0.3 Communication 2.1.3)."""

import json
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Clock
from tests.lms_plugin.lrs.conftest import Lrs, ids_of, made, voiding

ANNA, BRUNO = {"mbox": "mailto:anna@example.it"}, {"mbox": "mailto:bruno@example.it"}
COURSE, MODULE = {"id": "https://x.example/course"}, {"id": "https://x.example/module"}
SOME_ID = "12345678-1234-5678-1234-123456789abc"
VERB = {"id": "https://x.example/verbs/read"}


def referring(target: str) -> dict[str, Any]:
    return made(actor=BRUNO, object={"objectType": "StatementRef", "id": target})


def inner(**members: Any) -> dict[str, Any]:
    return {"objectType": "SubStatement", "actor": BRUNO, "verb": VERB, "object": MODULE} | members


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
        assert list(chain(*found)) == expected


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
        assert list(chain(*pages(lrs, limit="1", **query))) == expected
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
