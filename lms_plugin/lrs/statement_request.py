"""Reads the body of PUT and POST /statements: media type, parts, JSON, validity, ids, signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from lms_plugin.lrs.multipart import Part, TooLarge, read_boundary, split_parts
from lms_plugin.lrs.sent_attachments import MIB, check_data, check_parts, hashes_of, read_data
from lms_plugin.lrs.signatures import Signatures
from lms_plugin.lrs.validation.checks import Invalid, wrong_type
from lms_plugin.lrs.validation.formats import uuid
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.lrs.versions import STATEMENT_CHECK, VERSION_OF_STATEMENT
from lms_plugin.web.configuration import settings

LARGEST_BODY = 5 * MIB
Json = dict[str, Any]
Data = Mapping[str, memoryview]


@dataclass(frozen=True, slots=True)
class Sent:
    """Valid statements, each with an id and a version, and the data of their attachments by hash."""

    statements: Sequence[Json]
    data: Data

    def linked(self) -> dict[UUID, set[str]]:
        """The hashes of the data that came for each statement that has some."""
        found = {UUID(one["id"]): hashes_of(one, self.data) for one in self.statements} if self.data else {}
        return {one: hashes for one, hashes in found.items() if hashes}


def read_batch(version: str) -> Sent:
    """The statements of a POST; raises Invalid or TooLarge."""
    value, parts = _read_body()
    data = read_data(parts, settings().lrs_attachment_mib)
    signatures = Signatures(STATEMENT_CHECK[version], data)
    given = _many(value, signatures) if type(value) is list else [_one(value, signatures)]
    check_parts(given, parts)
    return Sent(
        [{"id": str(uuid4()), "version": VERSION_OF_STATEMENT[version], **one} for one in given], data
    )


def read_one(version: str, statement_id: str) -> Sent:
    """The statement of a PUT, under the id in the query; raises Invalid or TooLarge."""
    uuid(statement_id)
    value, parts = _read_body()
    data = read_data(parts, settings().lrs_attachment_mib)
    statement = _one(value, Signatures(STATEMENT_CHECK[version], data))
    if statement.get("id", statement_id).lower() != statement_id.lower():
        raise Invalid("must be the statementId of the query").below("id")
    check_parts([statement], parts)
    kept = {"version": VERSION_OF_STATEMENT[version], **statement, "id": statement_id.lower()}
    return Sent([kept], data)


def _one(value: Any, signatures: Signatures) -> Json:
    if type(value) is not dict:
        raise wrong_type(value, dict)
    signatures.check(value)
    check_data(value, signatures.data)
    signatures.look_at(value)
    return dict(value)


def _many(value: list[Any], signatures: Signatures) -> list[Json]:
    seen: set[str] = set()
    for place, statement in enumerate(value):
        try:
            _one(statement, signatures)
            _first_time(statement, seen)
        except Invalid as invalid:
            raise invalid.below(place) from None
    return value


def _first_time(statement: Json, seen: set[str]) -> None:
    one = statement.get("id", "").lower()
    if one and one in seen:
        raise Invalid("must not be in a batch twice").below("id")
    seen.add(one)


def _read_body() -> tuple[Any, Sequence[Part]]:
    """The JSON that was sent, and the parts that came after it."""
    content_type = request.headers.get("Content-Type", "")
    kind = _checked_kind(content_type)
    if kind == "application/json":
        return read_json(_bytes(LARGEST_BODY // MIB)), ()
    if kind != "multipart/mixed":
        raise Invalid("the Content-Type must be application/json or multipart/mixed")
    first, *further = split_parts(_bytes(settings().lrs_request_mib), read_boundary(content_type))
    if _checked_kind(first.headers.get("content-type", "")) != "application/json":
        raise Invalid("the first part of a multipart/mixed body must be application/json")
    if first.headers.get("content-transfer-encoding", "binary").lower() not in {"binary", "8bit", "7bit"}:
        raise Invalid("the first part must not be encoded for transfer: it is JSON as it is")
    if len(first.data) > LARGEST_BODY:
        raise TooLarge(f"the first part is larger than {LARGEST_BODY // MIB} MiB, the limit for statements")
    return read_json(bytes(first.data)), further


def _checked_kind(content_type: str) -> str:
    """The media type, in lower case; raises Invalid when it names a charset in which JSON never comes."""
    kind, options = parse_options_header(content_type)
    if kind == "application/json" and options.get("charset", "utf-8").lower() not in {"utf-8", "us-ascii"}:
        raise Invalid("JSON must come in UTF-8, so no other charset can be named")
    return kind.lower()


def _bytes(largest_mib: int) -> bytes:
    request.max_content_length = largest_mib * MIB
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise TooLarge(f"the body is larger than {largest_mib} MiB, the limit for this type") from None
