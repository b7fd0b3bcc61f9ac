"""Statements that xAPI refuses, each with the path and a word of the rule that the refusal names."""

from typing import Any

from tests.lms_plugin.lrs.conftest import made, voiding
from tests.lms_plugin.lrs.valid_statements import (
    AGENT,
    ATTACHMENT,
    COMPONENT,
    GROUP,
    REF,
    defined,
    in_context,
    in_result,
    sub,
)


def without(name: str) -> dict[str, Any]:
    statement = made()
    del statement[name]
    return statement


def _lacking(name: str) -> dict[str, Any]:
    return {key: value for key, value in ATTACHMENT.items() if key != name}


INVALID: list[tuple[str, Any, str]] = [
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
    ("$.version", made(version="1."), "version"),
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
    (
        "$.actor.account.x",
        made(actor={"account": {"homePage": "a:b", "name": "x", "x": 1}}),
        "not a property",
    ),
    ("$.actor.member", made(actor={"objectType": "Group"}), "required"),
    ("$.actor.member", made(actor={**AGENT, "member": []}), "not a property"),
    ("$.actor.member[0].objectType", made(actor={"objectType": "Group", "member": [GROUP]}), "must be Agent"),
    (
        "$.actor.member[1]",
        made(actor={"objectType": "Group", "member": [AGENT, {"name": "x"}]}),
        "exactly one",
    ),
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
    (
        "$.object.definition.correctResponsesPattern",
        defined(interactionType="other", correctResponsesPattern="a"),
        "array",
    ),
    ("$.object.definition.scale", defined(interactionType="choice", scale=COMPONENT), "belong"),
    (
        "$.object.definition.choices",
        defined(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
        "one id",
    ),
    ("$.object.definition.choices[0].id", defined(interactionType="choice", choices=[{}]), "required"),
    ("$.object.id", made(object={"objectType": "StatementRef"}), "required"),
    ("$.object.extra", made(object={**REF, "extra": 1}), "not a property"),
    ("$.object.objectType", made(verb={"id": voiding("")["verb"]["id"]}), "StatementRef"),
    # substatements
    ("$.object.objectType", made(object=sub(objectType="substatement")), "must be one of"),
    *[
        (f"$.object.{name}", made(object=sub(**{name: "1.0.0"})), "not a property")
        for name in ("id", "stored", "version")
    ],
    ("$.object.authority", made(object=sub(authority=AGENT)), "not a property"),
    ("$.object.object.objectType", made(object=sub(object=sub())), "must be one of"),
    ("$.object.context.platform", made(object=sub(object=REF, context={"platform": "x"})), "only when"),
    # results
    ("$.result.score.scaled", in_result(score={"scaled": 1.01}), "at most 1"),
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
    (
        "$.context.statement.objectType",
        in_context(statement={**REF, "objectType": "SubStatement"}),
        "StatementRef",
    ),
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
        (f"$.attachments[0].{name}", made(attachments=[_lacking(name)]), "required")
        for name in ("usageType", "display", "contentType", "length", "sha2")
    ],
    ("$.authority", made(authority={"objectType": "Group", "member": [AGENT]}), "exactly two"),
]
