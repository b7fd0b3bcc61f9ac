"""Reads the body of PUT and POST /statements: media type, JSON, validity, ids, attachments."""

from email import message_from_bytes
from typing import Any
from uuid import uuid4

from flask import request
from werkzeug.http import parse_options_header

from lms_plugin.lrs.validation.checks import Check, Invalid, wrong_type
from lms_plugin.lrs.validation.formats import uuid
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.lrs.versions import STATEMENT_CHECK, VERSION_OF_STATEMENT

LARGEST_BODY = 5 * 1024 * 1024
NO_ATTACHMENTS = (
    "this version takes attachments only by fileUrl: attachment data in multipart/mixed comes later"
)


def read_batch(version: str) -> list[dict[str, Any]]:
    """The statements of a POST, each with an id and a version; raises Invalid."""
    value = read_json(_json_bytes())
    check = STATEMENT_CHECK[version]
    statements = [_one(value, check)] if type(value) is not list else _many(value, check)
    return [{"id": str(uuid4()), "version": VERSION_OF_STATEMENT[version], **one} for one in statements]


def read_one(version: str, statement_id: str) -> dict[str, Any]:
    """The statement of a PUT, under the id in the query; raises Invalid."""
    uuid(statement_id)
    statement = _one(read_json(_json_bytes()), STATEMENT_CHECK[version])
    if statement.get("id", statement_id).lower() != statement_id.lower():
        raise Invalid("must be the statementId of the query").below("id")
    return {"version": VERSION_OF_STATEMENT[version], **statement, "id": statement_id.lower()}


def _one(value: Any, check: Check) -> dict[str, Any]:
    if type(value) is not dict:
        raise wrong_type(value, dict)
    check(value)
    if "attachments" in value:
        _only_by_url(value)
    return dict(value)


def _many(value: list[Any], check: Check) -> list[dict[str, Any]]:
    seen: set[str] = set()
    for place, statement in enumerate(value):
        try:
            _one(statement, check)
            _first_time(statement, seen)
        except Invalid as invalid:
            raise invalid.below(place) from None
    return value


def _first_time(statement: dict[str, Any], seen: set[str]) -> None:
    one = statement.get("id", "").lower()
    if one and one in seen:
        raise Invalid("must not be in a batch twice").below("id")
    seen.add(one)


def _only_by_url(statement: dict[str, Any]) -> None:
    for holder, steps in ((statement, ()), (statement["object"], ("object",))):
        for place, attachment in enumerate(holder.get("attachments", ())):
            if "fileUrl" not in attachment:
                invalid = Invalid(NO_ATTACHMENTS).below("fileUrl").below(place).below("attachments")
                raise invalid.below(*steps) if steps else invalid


def _json_bytes() -> bytes:
    kind, _options = parse_options_header(request.headers.get("Content-Type"))
    if kind not in {"application/json", "multipart/mixed"}:
        raise Invalid("the Content-Type must be application/json")
    request.max_content_length = LARGEST_BODY
    body = request.get_data(cache=False)
    return body if kind == "application/json" else _only_part(body)


def _only_part(body: bytes) -> bytes:
    """The JSON part of a multipart body that has no other; attachments by fileUrl need none."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode("latin-1", "replace")
    message = message_from_bytes(head + body)
    parts = [part for part in message.walk() if not part.is_multipart()] if message.is_multipart() else []
    if not parts or parts[0].get_content_type() != "application/json":
        raise Invalid("the first part of a multipart/mixed body must be application/json")
    if len(parts) > 1:
        raise Invalid(NO_ATTACHMENTS)
    payload = parts[0].get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
