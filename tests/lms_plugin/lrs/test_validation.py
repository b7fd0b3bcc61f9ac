"""Statements that xAPI §2 of the Data part allows and refuses, with the path that the refusal names."""

from copy import deepcopy
from typing import Any

import pytest

from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.lrs.validation.statements import statement_1, statement_2
from tests.lms_plugin.lrs.conftest import made, voiding

AGENT = {"mbox": "mailto:a@example.it"}
GROUP = {"objectType": "Group", "member": [AGENT]}
ACTIVITY = {"id": "https://x.example/a"}
REF = {"objectType": "StatementRef", "id": "12345678-1234-1234-1234-123456789abc"}
UUID_TEXT = "12345678-1234-5678-1234-123456789ABC"
SHA2 = "a" * 64
ATTACHMENT = {
    "usageType": "https://x.example/use",
    "display": {"it": "Attestato"},
    "contentType": "application/pdf",
    "length": 10,
    "sha2": SHA2,
    "fileUrl": "https://x.example/f.pdf",
}


def sub(**members: Any) -> dict[str, Any]:
    inner = {
        "objectType": "SubStatement",
        "actor": AGENT,
        "verb": {"id": "https://x.example/v"},
        "object": ACTIVITY,
    }
    return inner | members


def defined(**definition: Any) -> dict[str, Any]:
    return made(object={**ACTIVITY, "definition": definition})


def in_context(**context: Any) -> dict[str, Any]:
    return made(context=context)


def in_result(**result: Any) -> dict[str, Any]:
    return made(result=result)


COMPONENT = [{"id": "a", "description": {"it": "A"}}, {"id": "b"}]
VALID = {
    "small": made(),
    "mbox": made(actor=AGENT),
    "sha1": made(actor={"mbox_sha1sum": "A" * 40}),
    "openid": made(actor={"openid": "https://id.example/me", "name": ""}),
    "anonymous group": made(actor=GROUP),
    "identified group without members": made(actor={"objectType": "Group", "mbox": "mailto:g@example.it"}),
    "agent as object": made(object={"objectType": "Agent", **AGENT}),
    "group as object": made(object=GROUP),
    "reference": made(object=REF),
    "voiding": voiding(UUID_TEXT),
    "substatement": made(
        object=sub(result={"success": True}, context={"platform": "x"}, timestamp="2026-01-01T00:00Z")
    ),
    "substatement of reference": made(object=sub(object=REF)),
    "uppercase id": made(id=UUID_TEXT),
    "extensions hold anything": in_result(
        extensions={"https://x.example/e": None, "a:b": [{"x": [None]}], "c:d": ""}
    ),
    "empty extensions": in_context(extensions={}),
    "scores": in_result(score={"scaled": -1, "raw": 5.5, "min": 0, "max": 10}),
    "raw alone": in_result(score={"raw": -3}),
    "one context activity": in_context(contextActivities={"parent": ACTIVITY}),
    "array of context activities": in_context(
        contextActivities={"other": [ACTIVITY, ACTIVITY], "category": []}
    ),
    "whole context": in_context(
        registration=UUID_TEXT,
        instructor=GROUP,
        team=GROUP,
        language="it-IT",
        statement=REF,
        revision="1",
        platform="p",
    ),
    "choice": defined(interactionType="choice", choices=COMPONENT, correctResponsesPattern=["a[,]b"]),
    "matching": defined(interactionType="matching", source=COMPONENT, target=COMPONENT),
    "performance": defined(interactionType="performance", steps=COMPONENT),
    "likert": defined(interactionType="likert", scale=COMPONENT),
    "numeric": defined(interactionType="numeric", correctResponsesPattern=["4[:]"]),
    "unicode iri": made(verb={"id": "https://x.example/è"}),
    "urn": made(object={"id": "urn:uuid:12345678-1234-5678-1234-123456789abc"}),
    "attachment": made(attachments=[ATTACHMENT]),
    "oauth authority": made(
        authority={"objectType": "Group", "member": [AGENT, {"openid": "https://i.example/"}]}
    ),
    "version": made(version="1.0.9"),
}


@pytest.mark.parametrize("name", VALID)
def test_valid_statement_passes_both_versions(name: str) -> None:
    for check in (statement_1, statement_2):
        check(deepcopy(VALID[name]))


def without(name: str) -> dict[str, Any]:
    statement = made()
    del statement[name]
    return statement


INVALID = [
    ("$", [], "object"),
    ("$", "text", "object"),
    ("$.actor", without("actor"), "required"),
    ("$.verb", without("verb"), "required"),
    ("$.object", without("object"), "required"),
    ("$.Actor", made(Actor=AGENT), "not a property"),
    ("$.result", made(result=None), "null"),
    ("$.id", made(id="12345678-1234-5678-1234-123456789abcd"), "UUID"),
    ("$.id", made(id="g2345678-1234-5678-1234-123456789abc"), "UUID"),
    ("$.id", made(id="12345678123456781234123456789abc"), "UUID"),
    ("$.id", made(id=5), "string"),
    ("$.version", made(version="1.1.0"), "version"),
    ("$.version", made(version="1.0"), "version"),
    ("$.version", made(version=1.0), "string"),
    # actors
    ("$.actor", made(actor="a"), "object"),
    ("$.actor", made(actor={}), "exactly one"),
    ("$.actor", made(actor={**AGENT, "openid": "https://i.example/"}), "exactly one"),
    ("$.actor.objectType", made(actor={"objectType": "agent", **AGENT}), "must be"),
    ("$.actor.objectType", made(actor={"objectType": "Activity", "id": "https://x.example/"}), "must be"),
    ("$.actor.mbox", made(actor={"mbox": "a@example.it"}), "mailto"),
    ("$.actor.mbox", made(actor={"mbox": "mailto:example.it"}), "mailto"),
    ("$.actor.mbox_sha1sum", made(actor={"mbox_sha1sum": "a" * 39}), "40"),
    ("$.actor.openid", made(actor={"openid": "id.example"}), "IRI"),
    ("$.actor.name", made(actor={**AGENT, "name": 1}), "string"),
    ("$.actor.account.homePage", made(actor={"account": {"name": "x"}}), "required"),
    ("$.actor.account.name", made(actor={"account": {"homePage": "https://x.example"}}), "required"),
    ("$.actor.account.homePage", made(actor={"account": {"homePage": "x", "name": "x"}}), "IRI"),
    ("$.actor.account.x", made(actor={"account": {"homePage": "a:b", "name": "x", "x": 1}}), "not a property"),
    ("$.actor.member", made(actor={"objectType": "Group"}), "required"),
    ("$.actor.member", made(actor={**AGENT, "member": []}), "not a property"),
    ("$.actor.member[0].objectType", made(actor={"objectType": "Group", "member": [GROUP]}), "must be Agent"),
    ("$.actor.member[1]", made(actor={"objectType": "Group", "member": [AGENT, {"name": "x"}]}), "exactly one"),
    ("$.actor", made(actor={**GROUP, **AGENT, "openid": "a:b"}), "more than one"),
    # verbs and activities
    ("$.verb.id", made(verb={"display": {}}), "required"),
    ("$.verb.id", made(verb={"id": "completed"}), "IRI"),
    ("$.verb.id", made(verb={"id": ""}), "IRI"),
    ("$.verb.display", made(verb={"id": "a:b", "display": "completed"}), "object"),
    ("$.verb.display['e n']", made(verb={"id": "a:b", "display": {"e n": "x"}}), "language"),
    ("$.verb.display.en", made(verb={"id": "a:b", "display": {"en": 5}}), "string"),
    ("$.object.id", made(object={"objectType": "Activity"}), "required"),
    ("$.object.id", made(object={"id": "relative/path"}), "IRI"),
    ("$.object.id", made(object={"id": "http://x.example/with blank"}), "IRI"),
    ("$.object.objectType", made(object={"objectType": "Course", "id": "a:b"}), "must be one of"),
    ("$.object.objectType", made(object={"objectType": ["Activity"], "id": "a:b"}), "must be one of"),
    ("$.object.mbox", made(object=AGENT), "not a property"),
    ("$.object.definition.name", defined(name="x"), "object"),
    ("$.object.definition.type", defined(type="module"), "IRI"),
    ("$.object.definition.moreInfo", defined(moreInfo="/more"), "IRI"),
    ("$.object.definition.extensions.key", defined(extensions={"key": 1}), "IRI"),
    ("$.object.definition.interactionType", defined(correctResponsesPattern=["a"]), "required"),
    ("$.object.definition.interactionType", defined(interactionType="Choice"), "must be"),
    ("$.object.definition.correctResponsesPattern", defined(interactionType="other", correctResponsesPattern="a"), "array"),
    ("$.object.definition.scale", defined(interactionType="choice", scale=COMPONENT), "belong"),
    ("$.object.definition.choices", defined(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]), "one id"),
    ("$.object.definition.choices[0].id", defined(interactionType="choice", choices=[{}]), "required"),
    ("$.object.id", made(object={"objectType": "StatementRef"}), "required"),
    ("$.object.extra", made(object={**REF, "extra": 1}), "not a property"),
    ("$.object.objectType", made(verb={"id": voiding("")["verb"]["id"]}), "StatementRef"),
    # substatements
    ("$.object.objectType", made(object=sub(objectType="substatement")), "must be one of"),
    *[(f"$.object.{name}", made(object=sub(**{name: "1.0.0"})), "not a property") for name in ("id", "stored", "version")],
    ("$.object.authority", made(object=sub(authority=AGENT)), "not a property"),
    ("$.object.object.objectType", made(object=sub(object=sub())), "must be one of"),
    ("$.object.context.platform", made(object=sub(object=REF, context={"platform": "x"})), "only when"),
    # results
    ("$.result.score.scaled", in_result(score={"scaled": 1.01}), "between"),
    ("$.result.score.scaled", in_result(score={"scaled": "1"}), "number"),
    ("$.result.score.scaled", in_result(score={"scaled": True}), "number, not a boolean"),
    ("$.result.score.raw", in_result(score={"raw": 11, "max": 10}), "between"),
    ("$.result.score.min", in_result(score={"min": 10, "max": 10}), "less"),
    ("$.result.score.percent", in_result(score={"percent": 5}), "not a property"),
    ("$.result.success", in_result(success="true"), "boolean"),
    ("$.result.completion", in_result(completion=1), "boolean"),
    ("$.result.response", in_result(response=5), "string"),
    ("$.result.extensions['no scheme']", in_result(extensions={"no scheme": 5}), "IRI"),
    # contexts
    ("$.context.registration", in_context(registration="x"), "UUID"),
    ("$.context.team.objectType", in_context(team=AGENT), "required"),
    ("$.context.language", in_context(language="it_IT"), "language"),
    ("$.context.statement.objectType", in_context(statement={**REF, "objectType": "SubStatement"}), "StatementRef"),
    ("$.context.contextActivities.parents", in_context(contextActivities={"parents": []}), "not a property"),
    ("$.context.contextActivities.parent[0].id", in_context(contextActivities={"parent": [{}]}), "required"),
    ("$.context.revision", made(object=REF, context={"revision": "1"}), "only when"),
    ("$.context.platform", made(object=GROUP, context={"platform": "1"}), "only when"),
    # attachments and authority
    ("$.attachments", made(attachments=ATTACHMENT), "array"),
    ("$.attachments[0].length", made(attachments=[{**ATTACHMENT, "length": "10"}]), "whole number"),
    ("$.attachments[0].length", made(attachments=[{**ATTACHMENT, "length": 1.5}]), "whole number"),
    ("$.attachments[0].sha2", made(attachments=[{**ATTACHMENT, "sha2": "abc"}]), "SHA-2"),
    ("$.attachments[0].fileUrl", made(attachments=[{**ATTACHMENT, "fileUrl": "f.pdf"}]), "IRI"),
    *[
        (f"$.attachments[0].{name}", made(attachments=[{key: ATTACHMENT[key] for key in ATTACHMENT if key != name}]), "req")
        for name in ("usageType", "display", "contentType", "length", "sha2")
    ],
    ("$.authority", made(authority={"objectType": "Group", "member": [AGENT]}), "exactly two"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "statement", "rule"), INVALID)
def test_invalid_statement_is_refused_with_path_and_rule(path: str, statement: Any, rule: str) -> None:
    for check in (statement_1, statement_2):
        with pytest.raises(Invalid) as caught:
            check(deepcopy(statement))
        assert caught.value.path == path
        assert rule in caught.value.rule


@pytest.mark.parametrize(
    "duration",
    ["PT1H", "PT12M30.5S", "P1Y2M3DT4H5M6S", "P2W", "P0.5D", "PT0S", "PT00S", "P1,5Y", "PT36H", "P1M"],
)
def test_duration_is_accepted(duration: str) -> None:
    statement_1(in_result(duration=duration))


@pytest.mark.parametrize(
    "duration",
    ["", "P", "PT", "P1", "1H", "PT1H.5M", "PT1.5H3M", "-PT1H", "PT-1H", "P1W2D", "P1DT", "P1Y2W", "pt1h", "PT1S ",
     "P0001-02-03T04:05:06", "PA1H0M0S", "PT1M2H", "PT１S", 12],
)  # fmt: skip
def test_other_durations_are_refused(duration: Any) -> None:
    with pytest.raises(Invalid) as caught:
        statement_1(in_result(duration=duration))
    assert caught.value.path == "$.result.duration"


@pytest.mark.parametrize(
    "instant",
    ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00.123456789Z", "2026-11-23T09:00+01:00", "2026-11-23T09:00:00-0500",
     "20261123T090000Z", "2026-11-23T09:00:00", "2999-01-01T00:00:00Z", "2024-02-29T00:00:00+00:00"],
)  # fmt: skip
def test_timestamp_is_accepted(instant: str) -> None:
    statement_1(made(timestamp=instant))


@pytest.mark.parametrize(
    "instant",
    ["", "yesterday", "2026-11-23", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-11-23 09:00:00Z",
     "2026-11-23T09:00:00-00:00", "2026-11-23T09:00:00-0000", "2026-11-23T09:00:00-00", "2026-11-23T25:00:00Z",
     "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2026-11-23T09:00:00+25:00", 1700000000],
)  # fmt: skip
def test_other_timestamps_are_refused(instant: Any) -> None:
    with pytest.raises(Invalid) as caught:
        statement_1(made(timestamp=instant))
    assert caught.value.path == "$.timestamp"


@pytest.mark.parametrize(
    "tag",
    ["it", "en-US", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1901", "x-private", "i-klingon", "und", "es-419"],
)
def test_language_tag_is_accepted(tag: str) -> None:
    statement_1(in_context(language=tag))


@pytest.mark.parametrize(
    "tag", ["", "a", "en-", "en_US", "en--US", "italiano-lunghissimo", "it-IT-", "1a", 5]
)
def test_other_language_tags_are_refused(tag: Any) -> None:
    with pytest.raises(Invalid):
        statement_1(in_context(language=tag))


CONTEXT_AGENT = {"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["https://x.example/t"]}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}


def test_context_agents_belong_to_version_2() -> None:
    statement = in_context(contextAgents=[CONTEXT_AGENT], contextGroups=[CONTEXT_GROUP])
    statement_2(statement)
    with pytest.raises(Invalid) as caught:
        statement_1(statement)
    assert caught.value.path == "$.context.contextAgents"


@pytest.mark.parametrize(
    ("path", "context"),
    [
        ("$.context.contextAgents", {"contextAgents": CONTEXT_AGENT}),
        ("$.context.contextAgents[0].objectType", {"contextAgents": [{"agent": AGENT}]}),
        (
            "$.context.contextAgents[0].relevantTypes",
            {"contextAgents": [{**CONTEXT_AGENT, "relevantTypes": []}]},
        ),
        (
            "$.context.contextAgents[0].relevantTypes[0]",
            {"contextAgents": [{**CONTEXT_AGENT, "relevantTypes": ["t"]}]},
        ),
        ("$.context.contextGroups[0].group", {"contextGroups": [{"objectType": "contextGroup"}]}),
    ],
)
def test_wrong_context_agents_are_refused(path: str, context: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        statement_2(in_context(**context))
    assert caught.value.path == path


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b'{"a":1,"a":1}', b'{"x":{"a":1,"\\u0061":2}}', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1e999}',
     b"\xff", b'"\\ud800"', b"[" * 100000, b"1" * 5000, b'{"a":1}x', b"\xef\xbb\xbf{}", b"\x00"],
)  # fmt: skip
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_json(raw)


def test_strict_json_keeps_every_character() -> None:
    assert read_json('{"è":"\\ud83d\\ude00 \\u0000"}') == {"è": "😀 \x00"}
