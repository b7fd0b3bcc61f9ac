"""Statements and SubStatements, results, contexts, attachments (xAPI 1.0.3 Data 2.4; 2.0 context agents)."""

import re
from typing import Any

from lms_plugin.lrs.validation.activities import activity, context_activities
from lms_plugin.lrs.validation.agents import actor, authority, group
from lms_plugin.lrs.validation.checks import (
    Check,
    Invalid,
    array_of,
    boolean,
    number,
    one_of,
    pattern,
    record,
    text,
    wrong_type,
)  # fmt: skip
from lms_plugin.lrs.validation.formats import (
    content_type,
    duration,
    extensions,
    iri,
    language_map,
    language_tag,
    sha2,
    timestamp,
    uuid,
)  # fmt: skip
from lms_plugin.records.statement_store import VOIDED

verb = record({"id": iri, "display": language_map}, required=("id",))
statement_ref = record({"objectType": one_of("StatementRef"), "id": uuid}, required=("objectType", "id"))


def _scaled(value: Any) -> None:
    number(value)
    if not -1 <= value <= 1:
        raise Invalid("must be between -1 and 1")


def _score_range(score: dict[str, Any]) -> None:
    low, high, raw = score.get("min"), score.get("max"), score.get("raw")
    if low is not None and high is not None and low >= high:
        raise Invalid("must be less than max").below("min")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise Invalid("must be between min and max").below("raw")


score = record({"scaled": _scaled, "raw": number, "min": number, "max": number}, _score_range)
result = record(
    {
        "score": score,
        "success": boolean,
        "completion": boolean,
        "response": text,
        "duration": duration,
        "extensions": extensions,
    }
)


def _length(value: Any) -> None:
    if type(value) is not int or value < 0:
        raise Invalid("must be a whole number of bytes")


attachment = record(
    {
        "usageType": iri,
        "display": language_map,
        "description": language_map,
        "contentType": content_type,
        "length": _length,
        "sha2": sha2,
        "fileUrl": iri,
    },
    required=("usageType", "display", "contentType", "length", "sha2"),
)


def _relevant_types(value: Any) -> None:
    array_of(iri)(value)
    if not value:
        raise Invalid("must not be empty")


def _context_part(kind: str, name: str, who: Check) -> Check:
    properties = {"objectType": one_of(kind), name: who, "relevantTypes": _relevant_types}
    return array_of(record(properties, required=("objectType", name)))


CONTEXT = {
    "registration": uuid,
    "instructor": actor,
    "team": group,
    "contextActivities": context_activities,
    "revision": text,
    "platform": text,
    "language": language_tag,
    "statement": statement_ref,
    "extensions": extensions,
}
CONTEXT_2 = {
    **CONTEXT,
    "contextAgents": _context_part("contextAgent", "agent", actor),
    "contextGroups": _context_part("contextGroup", "group", group),
}


def _object(value: Any, substatement: Check | None) -> None:
    if type(value) is not dict:
        raise wrong_type(value, dict)
    kinds = {"Activity": activity, "Agent": actor, "Group": actor, "StatementRef": statement_ref}
    if substatement is not None:
        kinds["SubStatement"] = substatement
    kind = value.get("objectType", "Activity")
    if type(kind) is not str or kind not in kinds:
        raise Invalid(f"must be one of {', '.join(kinds)}").below("objectType")
    kinds[kind](value)


def _only_of_activities(statement: dict[str, Any]) -> None:
    if statement["object"].get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in statement.get("context", {}):
            raise Invalid("is allowed only when the object is an Activity").below(name).below("context")


def _voiding(statement: dict[str, Any]) -> None:
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise Invalid("must be StatementRef when the verb is voided").below("objectType").below("object")


def _parts(context: dict[str, Check], substatement: Check | None) -> dict[str, Check]:
    return {
        "actor": actor,
        "verb": verb,
        "object": lambda value: _object(value, substatement),
        "result": result,
        "context": record(context),
        "timestamp": timestamp,
        "attachments": array_of(attachment),
    }


def _statement(context: dict[str, Check], versions: str) -> Check:
    required = ("actor", "verb", "object")
    inner = record(
        {"objectType": one_of("SubStatement"), **_parts(context, None)},
        _only_of_activities,
        required=required,
    )
    version = pattern(re.compile(versions), f"must be a version that this endpoint takes: {versions}")
    owned = {"id": uuid, "stored": timestamp, "authority": authority, "version": version}
    return record({**owned, **_parts(context, inner)}, _only_of_activities, _voiding, required=required)


statement_1 = _statement(CONTEXT, r"1\.0\.[0-9]+")
statement_2 = _statement(CONTEXT_2, r"(?:1|2)\.0\.[0-9]+")
