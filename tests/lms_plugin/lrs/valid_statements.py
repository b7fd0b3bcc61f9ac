"""Statements that xAPI allows, by what they show."""

from typing import Any

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
        object=sub(result={"success": True}, context={"platform": "x"}, timestamp="2026-01-01T00:00:00Z")
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
    "version without patch": made(version="1.0"),
}
