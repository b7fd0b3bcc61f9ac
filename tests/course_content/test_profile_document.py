"""The published profile keeps the Profile specification, and every example follows it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from course_content.profile_document import VERSIONS, profile_document
from course_content.statement_examples import example, examples
from course_content.templates import TEMPLATES
from tests.services.xapi_profile import flaws
from tests.services.xapi_templates import find, follows_patterns, follows_rule, matching

BASE = "https://formazione.example"
V1, V2 = f"{BASE}/xapi/profile/v1", f"{BASE}/xapi/profile/v2"
DOCUMENTS = {one.number: profile_document(BASE, one.number) for one in VERSIONS}


@pytest.mark.parametrize("version", DOCUMENTS)
def test_the_document_keeps_every_must(version: int) -> None:
    assert flaws(DOCUMENTS[version]) == []


def test_versions_are_told_apart_from_the_profile_and_say_what_they_revise() -> None:
    document = DOCUMENTS[2]
    assert document["id"] == f"{BASE}/xapi/profile"
    assert [(one["id"], one.get("wasRevisionOf")) for one in document["versions"]] == [(V2, [V1]), (V1, None)]
    assert {one["inScheme"] for one in document["templates"]} == {V2}


def test_there_is_no_version_but_those() -> None:
    with pytest.raises(LookupError):
        profile_document(BASE, 3)


def broken(change: Callable[[dict[str, Any]], object]) -> list[str]:
    document = copy.deepcopy(DOCUMENTS[2])
    change(document)
    return flaws(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("author"),
        lambda one: one["versions"][0].pop("wasRevisionOf"),
        lambda one: one["versions"][0].update(id=one["id"]),
        lambda one: one["templates"][0].update(inScheme=V1),
        lambda one: one["templates"][0].update(rules=[]),
        lambda one: one["templates"][0]["rules"][0].pop("presence"),
        lambda one: one["templates"][0].update(objectStatementRefTemplate=[one["templates"][1]["id"]]),
        lambda one: one["templates"][0].update(unheard_of=1),
        lambda one: one["concepts"][0].update(schema=f"{BASE}/schema"),
        lambda one: one["patterns"][0].pop("prefLabel"),
        lambda one: one["patterns"][0].update(optional=one["templates"][0]["id"]),
        lambda one: one["patterns"][1].update(oneOrMore=one["patterns"][0]["id"]),
        lambda one: one["patterns"][2].update(alternates=[one["templates"][0]["id"]]),
        lambda one: one["patterns"][2]["alternates"].append(f"{V2}#attempt-answers"),
    ],
)
def test_the_checker_sees_what_is_wrong(change: Callable[[dict[str, Any]], object]) -> None:
    assert broken(change)


@pytest.mark.parametrize("name", [one.name for one in TEMPLATES])
def test_an_example_follows_its_template_and_no_other(name: str) -> None:
    assert matching(example(BASE, name), DOCUMENTS[2]) == [f"{V2}#{name}"]


@pytest.mark.parametrize("name", [one.name for one in TEMPLATES])
def test_an_example_holds_no_name_and_no_address_of_a_person(name: str) -> None:
    statement = example(BASE, name)
    assert statement["actor"].keys() == {"objectType", "account"}
    assert "@" not in str(statement)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("lesson-completed", lambda one: one["actor"].update(name="Ada")),
        ("lesson-completed", lambda one: one["context"].pop("registration")),
        ("lesson-completed", lambda one: one["result"].update(score={"scaled": 1})),
        ("assessment-passed", lambda one: one["result"].update(success=False)),
        ("question-answered", lambda one: one["object"]["definition"].update(correctResponsesPattern=["a"])),
        ("question-answered", lambda one: one["object"]["definition"].update(interactionType="likert")),
        ("webinar-joined", lambda one: one.update(result={"completion": True})),
        ("module-completed", lambda one: one["context"].pop("extensions")),
    ],
)
def test_a_statement_that_breaks_a_rule_is_seen(
    name: str, damage: Callable[[dict[str, Any]], object]
) -> None:
    statement = example(BASE, name)
    damage(statement)
    with pytest.raises(AssertionError, match=name):
        matching(statement, DOCUMENTS[2])


@pytest.mark.parametrize(
    ("run", "follows"),
    [
        ("lesson-completed", True),
        ("lesson-completed question-answered question-answered assessment-passed module-completed", True),
        ("assessment-failed assessment-passed lesson-completed module-completed lesson-experienced", True),
        ("module-completed", False),
        ("lesson-completed module-completed module-completed", False),
        ("question-answered lesson-completed", False),
        ("webinar-registered webinar-joined webinar-left webinar-attended", True),
        ("webinar-joined webinar-joined webinar-left webinar-left", True),
        ("webinar-attended webinar-joined webinar-left webinar-attended", True),
        ("webinar-joined webinar-registered", False),
        ("session-registered session-attended", True),
        ("session-attended session-registered", False),
        ("programme-completed certificate-earned", True),
        ("lesson-completed webinar-joined", False),
    ],
)
def test_runs_follow_the_patterns_of_their_part(run: str, *, follows: bool) -> None:
    known = examples(BASE)
    assert follows_patterns([known[name] for name in run.split()], DOCUMENTS[2]) is follows


def test_a_json_path_finds_what_the_specification_says() -> None:
    value = {"a": [{"b": 1}, {"b": 2}], "c": {"http://x.y/z": 3}}
    assert find(value, "$.a[*].b") == [1, 2]
    assert find(value, "$.a[0,1].b | $.c['http://x.y/z']") == [1, 2, 3]
    assert find(value, "a[1].b") == [2]
    assert find(value, "$.nothing[*].here") == []
    with pytest.raises(ValueError, match="not a JSONPath"):
        find(value, "$.a[?(@.b)]")


def test_a_selector_makes_what_lacks_it_unmatchable() -> None:
    rule = {"location": "$.a[*]", "selector": "b", "presence": "included"}
    assert follows_rule({"a": [{"b": 1}]}, rule)
    assert not follows_rule({"a": [{"b": 1}, {}]}, rule)
    assert follows_rule({"a": [{}]}, rule | {"presence": "excluded"})
