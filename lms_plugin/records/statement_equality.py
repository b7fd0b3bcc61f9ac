"""When two statements with one id are the same statement (xAPI 1.0.3 Data 2.3.1)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from lms_plugin.records.statement_form import instant_text, read_instant

Json = Mapping[str, Any]
OWNED_BY_LRS = ("id", "stored", "authority", "version")
BEYOND_HUNDREDTHS = re.compile(r"([.,]\d\d)\d+")


def same_statement(one: Json, other: Json) -> bool:
    """Whether two statements in the form the LRS keeps differ only in what may differ."""
    return _comparable(one) == _comparable(other)


def _comparable(statement: Json) -> str:
    # A timestamp that equals `stored` was set by the LRS, not by the client.
    given = {name: value for name, value in statement.items() if name not in OWNED_BY_LRS}
    if statement.get("timestamp") == statement.get("stored"):
        given.pop("timestamp", None)
    # JSON text, because Python holds 1 and true for equal.
    return json.dumps(_numbers(_statement(given)), sort_keys=True)


def _statement(given: Json) -> dict[str, Any]:
    comparable = dict(given)
    comparable["actor"] = _actor(given["actor"])
    comparable["verb"] = {"id": given["verb"]["id"]}
    comparable["object"] = _object(given["object"])
    if "context" in given:
        comparable["context"] = _context(given["context"])
    if "duration" in given.get("result", {}):
        comparable["result"] = {**given["result"], "duration": _duration(given["result"]["duration"])}
    if "timestamp" in given:
        comparable["timestamp"] = instant_text(read_instant(given["timestamp"]))
    return comparable


def _object(given: Json) -> dict[str, Any]:
    kind = given.get("objectType", "Activity")
    if kind == "SubStatement":
        return _statement(given)
    if kind == "StatementRef":
        return {**given, "id": given["id"].lower()}
    return _activity(given) if kind == "Activity" else _actor(given)


def _activity(given: Json) -> dict[str, Any]:
    return {"objectType": "Activity", "id": given["id"]}


def _actor(given: Json) -> dict[str, Any]:
    comparable = {"objectType": "Agent", **given}
    if "member" in given:
        comparable["member"] = sorted((_actor(one) for one in given["member"]), key=_text)
    return comparable


def _context(given: Json) -> dict[str, Any]:
    comparable = dict(given)
    for name in ("instructor", "team"):
        if name in given:
            comparable[name] = _actor(given[name])
    if "registration" in given:
        comparable["registration"] = given["registration"].lower()
    if "statement" in given:
        comparable["statement"] = _object(given["statement"])
    if "contextActivities" in given:
        groups = given["contextActivities"]
        comparable["contextActivities"] = {kind: [_activity(one) for one in groups[kind]] for kind in groups}
    return comparable


def _duration(text: str) -> str:
    return BEYOND_HUNDREDTHS.sub(r"\1", text)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _numbers(value: Any) -> Any:
    """1.0 and 1 are one JSON number."""
    if isinstance(value, dict):
        return {name: _numbers(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
