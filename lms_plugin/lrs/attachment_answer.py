"""GET /statements?attachments=true: multipart/mixed, the JSON first, then the data of one after another."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from secrets import token_hex
from uuid import UUID

from flask import Response, stream_with_context
from sqlalchemy.orm import Session

from lms_plugin.lrs.sent_attachments import attachments_of
from lms_plugin.records.attachment import attached_to, read_attachment

# Hash and media type, as the statement that the data came with writes them.
Headers = Mapping[str, tuple[str, str]]
WITHOUT_A_TYPE = "application/octet-stream"
_IN_A_HEADER = re.compile(r"[\x20-\x7e]+")


def in_parts(database: Session, answer: str, bodies: Sequence[str]) -> Response:
    """The answer in JSON and the data of the attachments of these statements, read while it is sent.

    Data belongs to the statements that it came with: who may read another statement that only names its hash
    does not get it.
    """
    headers = _headers(database, bodies)
    boundary = token_hex(16)
    database.rollback()  # nothing stays open while the reader takes its time
    parts = _parts(database, answer, headers, boundary)
    return Response(stream_with_context(parts), content_type=f"multipart/mixed; boundary={boundary}")


def _headers(database: Session, bodies: Sequence[str]) -> Headers:
    statements = {
        UUID(one["id"]): one for one in (json.loads(body) for body in bodies if '"attachments"' in body)
    }
    came = attached_to(database, statements) if statements else {}
    headers: dict[str, tuple[str, str]] = {}
    for one, hashes in came.items():
        for attachment, _path in attachments_of(statements[one]):
            if attachment["sha2"].lower() in hashes:
                headers.setdefault(
                    attachment["sha2"].lower(), (attachment["sha2"], attachment["contentType"])
                )
    return headers


def _parts(database: Session, answer: str, headers: Headers, boundary: str) -> Iterator[bytes]:
    yield f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode()
    yield answer.encode()
    for sha2, (as_written, kind) in headers.items():
        data = read_attachment(database, sha2)
        if data is None:  # deleted since the statements were read
            continue
        safe = kind if _IN_A_HEADER.fullmatch(kind) else WITHOUT_A_TYPE
        yield (
            f"\r\n--{boundary}\r\nContent-Type: {safe}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {as_written}\r\n\r\n"
        ).encode()
        yield data
    yield f"\r\n--{boundary}--\r\n".encode()
