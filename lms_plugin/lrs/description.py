"""/xapi in OpenAPI 3.1: statements as the models that check them say, resources as the blueprint does."""

from typing import Any

import msgspec

from lms_plugin.lrs.blueprint import METHODS
from lms_plugin.lrs.document_parameters import LONGEST_NAME
from lms_plugin.lrs.query_parameters import Format, Limit, Place, Switch
from lms_plugin.lrs.validation.activities import Activity
from lms_plugin.lrs.validation.agents import IDENTIFIERS, Actor, Agent
from lms_plugin.lrs.validation.contexts import StatementRef
from lms_plugin.lrs.validation.formats import Iri, Uuid
from lms_plugin.lrs.validation.statements import Statement, SubStatement
from lms_plugin.lrs.versions import HEADER

Json = dict[str, Any]
COMPONENTS = "#/components/schemas/"
JSON_TYPE = "application/json"
PUBLIC = {"about": {"$ref": f"{COMPONENTS}About"}, "openapi.json": {"type": "object"}}
DOCUMENTS = ("activities/state", "activities/profile", "agents/profile")
INSTANT = {"type": "string", "format": "date-time"}
TYPES = (Statement, SubStatement, Activity, Actor, Agent, StatementRef)
# What JSON Schema calls a regular expression knows neither flags nor \Z; the rule in words stays.
PYTHON_ONLY = ("(?ai:", "(?!")


def openapi(server: str) -> Json:
    """The description of the LRS whose resources are under `server`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "xAPI 1.0.3 and 2.0.0 (CO-AliZIONE Formazione)", "version": "1"},
        "servers": [{"url": server}],
        "security": [{"basic": []}],
        "paths": {f"/{resource}": _path(resource) for resource in METHODS},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
            "parameters": {"version": _version()},
        },
    }


def _path(resource: str) -> Json:
    return {method.lower(): _operation(resource, method) for method in METHODS[resource]}


def _operation(resource: str, method: str) -> Json:
    says: Json = {
        "operationId": f"{method.lower()}_{resource.replace('/', '_')}",
        "parameters": [{"$ref": "#/components/parameters/version"}, *_parameters(resource, method)],
        "responses": _responses(resource, method),
    }
    if resource in PUBLIC:
        says["security"], says["parameters"] = [], []
    if method in {"PUT", "POST"}:
        says["requestBody"] = {"required": True, "content": _sent(resource, method)}
    return says


def _version() -> Json:
    schema = {"type": "string", "pattern": r"^[12]\.0(\.[0-9]{1,3})?$", "examples": ["1.0.3", "2.0.0"]}
    return {"name": HEADER, "in": "header", "required": True, "schema": schema}


def _parameters(resource: str, method: str) -> list[Json]:
    if resource == "statements":
        taken = {"PUT": {"statementId": _text(Uuid)}, "POST": {}}.get(method, _OF_STATEMENTS)
        return [_parameter(name, schema, required=method == "PUT") for name, schema in taken.items()]
    names = _OF_DOCUMENTS.get(resource, {})
    one = method in {"PUT", "POST"} or (method == "DELETE" and resource != "activities/state")
    required = names.keys() - {"registration"} if one else names.keys() & {"activityId", "agent"}
    many = method in {"GET", "HEAD"} and resource in DOCUMENTS
    taken = names | ({"since": INSTANT} if many else {})
    expected = [_expectation(name) for name in ("If-Match", "If-None-Match") if resource in DOCUMENTS]
    return [_parameter(name, schema, required=name in required) for name, schema in taken.items()] + expected


def _expectation(name: str) -> Json:
    """What has to be there: an entity tag, or anything (Communication 3.1)."""
    return {"name": name, "in": "header", "schema": {"type": "string", "examples": ["*"]}}


def _parameter(name: str, schema: Json, *, required: bool) -> Json:
    how = {"schema": schema} if "$ref" not in schema else {"content": {JSON_TYPE: {"schema": schema}}}
    return {"name": name, "in": "query", "required": required, **how}


def _sent(resource: str, method: str) -> Json:
    one = {"$ref": f"{COMPONENTS}Statement"}
    if resource != "statements":
        return {"*/*": {"schema": {}}}
    sent = one if method == "PUT" else {"anyOf": [one, {"type": "array", "items": one}]}
    return {JSON_TYPE: {"schema": sent}, "multipart/mixed": {"schema": {"type": "string"}}}


def _responses(resource: str, method: str) -> Json:
    refusals = {**dict.fromkeys(PUBLIC, "400"), "statements": "400 401 403 404 409 413 429"}
    statuses = refusals.get(resource, "400 401 403 404 409 412 413 429").split()
    return {**_answers(resource, method), **{status: _refused(status) for status in statuses}}


def _refused(status: str) -> Json:
    """An error: as JSON, or as plain text or a page where the client would rather have these."""
    in_words = {kind: {"schema": _STRING} for kind in ("text/plain", "text/html")}
    content = {JSON_TYPE: {"schema": {"$ref": f"{COMPONENTS}Error"}}, **in_words}
    seconds = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return {"description": "refused", "content": content} | ({"headers": seconds} if status == "429" else {})


def _answers(resource: str, method: str) -> Json:
    if method in {"PUT", "DELETE"} or (method == "POST" and resource != "statements"):
        return {"204": {"description": "done"}}
    answers = {"200": {"description": "found or stored", "content": _answered(resource, method)}}
    return answers if resource in {*PUBLIC, "statements"} else {**answers, "304": {"description": "as known"}}


def _answered(resource: str, method: str) -> Json:
    if method == "POST":
        return {JSON_TYPE: {"schema": {"type": "array", "items": _plain(msgspec.json.schema(Uuid))}}}
    if resource in PUBLIC:
        return {JSON_TYPE: {"schema": PUBLIC[resource]}}
    if resource == "statements":
        found = [{"$ref": f"{COMPONENTS}{name}"} for name in ("StatementResult", "Statement")]
        return {JSON_TYPE: {"schema": {"anyOf": found}}, "multipart/mixed": {"schema": {"type": "string"}}}
    return {"*/*": {"schema": {}}}


def _schemas() -> Json:
    _types, schemas = msgspec.json.schema_components(TYPES, ref_template=COMPONENTS + "{name}")
    objects = ["Activity", "Actor", "StatementRef"]
    for name, kinds in (("SubStatement", objects), ("Statement", [*objects, "SubStatement"])):
        told = schemas[name]["properties"]
        told["object"] = {"anyOf": [{"$ref": f"{COMPONENTS}{kind}"} for kind in kinds]}
        told.update({instant: INSTANT for instant in ("timestamp", "stored") if instant in told})
    for name in ("Agent", "Actor"):
        schemas[name]["anyOf"] = [
            {"required": [one]} for one in (*IDENTIFIERS, "member") if one in schemas[name]["properties"]
        ]
    return {**_plain(schemas), **_OF_ANSWERS}


def _plain(schema: Any) -> Any:
    """The schema without what only Python's regular expressions know."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(value) for name, value in schema.items()}
    if isinstance(plain.get("pattern"), str):
        plain["pattern"] = plain["pattern"].replace(r"\Z", "$").replace(r"\ud800-\udfff", "")
        if any(feature in plain["pattern"] for feature in PYTHON_ONLY):
            del plain["pattern"]
    return plain


def _text(model: Any) -> Json:
    schema: Json = _plain(msgspec.json.schema(model))
    return schema


_AGENT, _ACTIVITY = {"$ref": f"{COMPONENTS}Agent"}, _text(Iri)
_NAME = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
_OF_DOCUMENTS: dict[str, Json] = {
    "activities": {"activityId": _ACTIVITY},
    "agents": {"agent": _AGENT},
    "activities/state": {
        "activityId": _ACTIVITY, "agent": _AGENT, "registration": _text(Uuid), "stateId": _NAME,
    },
    "activities/profile": {"activityId": _ACTIVITY, "profileId": _NAME},
    "agents/profile": {"agent": _AGENT, "profileId": _NAME},
}  # fmt: skip
_OF_STATEMENTS: Json = {
    "statementId": _text(Uuid), "voidedStatementId": _text(Uuid), "agent": {"$ref": f"{COMPONENTS}Actor"},
    "verb": _text(Iri), "activity": _text(Iri), "registration": _text(Uuid), "since": INSTANT,
    "until": INSTANT, "related_activities": _text(Switch), "related_agents": _text(Switch),
    "ascending": _text(Switch), "limit": _text(Limit), "format": _text(Format), "attachments": _text(Switch),
    "cursor": _text(Place),
}  # fmt: skip
_STRING = {"type": "string"}
_OF_ANSWERS: Json = {
    "Error": {
        "type": "object",
        "properties": {"code": _STRING, "rule": _STRING, "path": _STRING, "request_id": _STRING},
        "required": ["code", "rule", "request_id"],
        "additionalProperties": False,
    },
    "StatementResult": {
        "type": "object",
        "properties": {
            "statements": {"type": "array", "items": {"$ref": f"{COMPONENTS}Statement"}},
            "more": _STRING,
        },
        "required": ["statements", "more"],
        "additionalProperties": False,
    },
    "About": {
        "type": "object",
        "properties": {"version": {"type": "array", "items": _STRING}, "extensions": {"type": "object"}},
        "required": ["version", "extensions"],
    },
}
