"""Which part of a request belongs to which attachment (xAPI 1.0.3 Data 2.4.11, Communication 1.5.2)."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from werkzeug.http import parse_options_header

from lms_plugin.lrs.multipart import Part, TooLarge
from lms_plugin.lrs.validation.checks import Invalid

Json = Mapping[str, Any]
MIB = 1024 * 1024
# The algorithm of a SHA-2 hash, by its number of hexadecimal digits.
ALGORITHMS: Mapping[int, Callable[..., "hashlib._Hash"]] = {
    56: hashlib.sha224,
    64: hashlib.sha256,
    96: hashlib.sha384,
    128: hashlib.sha512,
}
NO_DATA = (
    "is required, unless the data comes along in a multipart/mixed request, in a part whose"
    " X-Experience-API-Hash is the sha2 of the attachment"
)


def attachments_of(statement: Json) -> Iterator[tuple[Json, tuple[str | int, ...]]]:
    """The attachments of a statement and of its SubStatement, each with its path, last step first."""
    for place, attachment in enumerate(statement.get("attachments", ())):
        yield attachment, (place, "attachments")
    if statement["object"].get("objectType") == "SubStatement":
        for place, attachment in enumerate(statement["object"].get("attachments", ())):
            yield attachment, (place, "attachments", "object")


def check_data(statement: Json, data: Mapping[str, memoryview]) -> None:
    """Raises Invalid for an attachment that has neither a fileUrl nor its data."""
    for attachment, path in attachments_of(statement):
        if "fileUrl" not in attachment and attachment["sha2"].lower() not in data:
            raise _below(Invalid(NO_DATA).below("fileUrl"), path)


def hashes_of(statement: Json, data: Mapping[str, memoryview]) -> set[str]:
    """The hashes of the data that came for this statement."""
    return {attachment["sha2"].lower() for attachment, _path in attachments_of(statement)} & data.keys()


def _below(invalid: Invalid, path: Sequence[str | int]) -> Invalid:
    for step in path:
        invalid.below(step)
    return invalid


def read_data(parts: Sequence[Part], largest_mib: int) -> dict[str, memoryview]:
    """The data of the parts after the first, by hash; raises Invalid or TooLarge."""
    data: dict[str, memoryview] = {}
    for number, part in enumerate(parts, start=2):
        encoding = part.headers.get("content-transfer-encoding", "binary")
        if encoding.lower() != "binary":
            raise Invalid(f"part {number} must have the Content-Transfer-Encoding binary")
        if len(part.data) > largest_mib * MIB:
            raise TooLarge(f"part {number} is larger than {largest_mib} MiB, the limit for one attachment")
        data[_checked_hash(part, number)] = part.data
    return data


def _checked_hash(part: Part, number: int) -> str:
    given = part.headers.get("x-experience-api-hash", "").lower()
    algorithm = ALGORITHMS.get(len(given))
    if algorithm is None:
        raise Invalid(f"part {number} must have the header X-Experience-API-Hash with the SHA-2 of its data")
    if not hmac.compare_digest(algorithm(part.data).hexdigest().encode(), given.encode()):
        raise Invalid(f"the data of part {number} does not have the hash in its X-Experience-API-Hash")
    return given


def check_parts(statements: Sequence[Json], parts: Sequence[Part]) -> None:
    """Raises Invalid for a part after the first that no attachment names, or names otherwise."""
    named: dict[str, list[Json]] = {}
    for statement in statements:
        for attachment, _path in attachments_of(statement):
            named.setdefault(attachment["sha2"].lower(), []).append(attachment)
    for number, part in enumerate(parts, start=2):
        attachments = named.get(part.headers["x-experience-api-hash"].lower())
        if attachments is None:
            raise Invalid(f"part {number} has the hash of no attachment of the statements in the first part")
        _check_headers(part, attachments, number)


def _check_headers(part: Part, attachments: Sequence[Json], number: int) -> None:
    kind = part.headers.get("content-type")
    if kind is not None and not any(_same_type(kind, one["contentType"]) for one in attachments):
        raise Invalid(f"part {number} must have the Content-Type that its attachment names")
    length = part.headers.get("content-length")
    if length is not None and length not in {str(one["length"]) for one in attachments}:
        raise Invalid(f"part {number} must have the Content-Length that its attachment names as length")
    if length is not None and length != str(len(part.data)):
        raise Invalid(f"part {number} must have as many bytes as its Content-Length says")


def _same_type(one: str, other: str) -> bool:
    """Whether two media types agree, parameters that only one of them names aside.

    The example of the specification has text/plain for an attachment of text/plain; charset=ascii.
    """
    (kind, options), (other_kind, other_options) = parse_options_header(one), parse_options_header(other)
    common = options.keys() & other_options.keys()
    same_options = all(options[name].lower() == other_options[name].lower() for name in common)
    return kind.lower() == other_kind.lower() and same_options
