"""Packs statements for one request: as JSON, or with the data of their attachments as multipart/mixed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.outgoing import as_json, attachments_of, obstacle, outgoing
from lms_plugin.delivery.forwarding.posting import Parcel
from lms_plugin.delivery.forwarding.selection import Item
from lms_plugin.records.attachment import attached_to, read_attachment

Json = Mapping[str, Any]
LARGEST_DATA = 8 * 1024 * 1024  # of attachments in one request; a statement that has more goes alone
WITHOUT_A_TYPE = "application/octet-stream"
IN_A_HEADER = re.compile(r"[\x20-\x7e]+")
NO_DATA = "the statement has an attachment without a fileUrl, and its data is not here"


@dataclass(slots=True)
class _Data:
    """The data that goes along, each once: by hash in lower case, with what its headers say."""

    parts: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        return sum(len(data) for _hash, _kind, data in self.parts.values())


def pack(database: Session, items: Sequence[Item], version: str) -> Parcel | str:
    """As many of the items, in order, as fit and can go; or why the first one cannot go at all."""
    held = attached_to(database, [item.id for item in items if '"attachments"' in item.body])
    statements: list[Json] = []
    data = _Data()
    for item in items:
        statement = outgoing(item, version)
        why = obstacle(statement, version) or _missing(statement, held.get(item.id, set()))
        if why is not None and not statements:
            return why
        if why is not None or (statements and data.length > LARGEST_DATA):
            break
        _add(database, data, statement, held.get(item.id, set()))
        statements.append(statement)
    ids = [item.id for item in items[: len(statements)]]
    if not data.parts:
        return Parcel(ids, as_json(statements))
    boundary = token_hex(16)
    body = b"".join(_multipart(as_json(statements), data, boundary))
    return Parcel(ids, body, f"multipart/mixed; boundary={boundary}")


def _missing(statement: Json, held: set[str]) -> str | None:
    """An attachment needs its data in the request unless it says where that is (xAPI 1.0.3 Data 2.4.11)."""
    for attachment in attachments_of(statement):
        if "fileUrl" not in attachment and attachment["sha2"].lower() not in held:
            return NO_DATA
    return None


def _add(database: Session, data: _Data, statement: Json, held: set[str]) -> None:
    for attachment in attachments_of(statement):
        sha2 = attachment["sha2"].lower()
        if sha2 in held and sha2 not in data.parts:
            found = read_attachment(database, sha2)
            if found is not None:
                data.parts[sha2] = (attachment["sha2"], attachment["contentType"], found)


def _multipart(statements: bytes, data: _Data, boundary: str) -> Iterator[bytes]:
    """The JSON first, then the data (xAPI 1.0.3 Communication 1.5.2)."""
    yield f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode()
    yield statements
    for sha2, kind, content in data.parts.values():
        safe = kind if IN_A_HEADER.fullmatch(kind) else WITHOUT_A_TYPE
        yield (
            f"\r\n--{boundary}\r\nContent-Type: {safe}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {sha2}\r\n\r\n"
        ).encode()
        yield content
    yield f"\r\n--{boundary}--\r\n".encode()
