"""Splits a multipart body into its parts (RFC 2046 5.1), byte for byte.

`email` reads a body as text and looks for messages inside its parts, and werkzeug reads forms only. The parts
here are views of the one body that was received, so that splitting costs no memory for what they hold.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lms_plugin.errors import Refusal
from lms_plugin.lrs.validation.checks import Invalid

MOST_PARTS = 1000
LARGEST_HEADERS = 16 * 1024
NOT_CUT = (
    "a multipart/mixed body must have its parts between lines of -- and the boundary, each ended by CR LF,"
    " and after the last part a line of -- and the boundary and --"
)
_END = b"\r\n\r\n"
# Many clients leave out the quotation marks that a boundary with "=" or "'" needs.
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_VALID_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
# The blanks around a value are taken away afterwards: two patterns for them would share a line of blanks in
# as many ways as it has characters.
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:([^\x00-\x08\x0a-\x1f\x7f]*)")
_FOLD = re.compile(r"\r\n[ \t]+")


class TooLarge(Refusal):
    """What was sent exceeds a limit; the sentence names it."""

    code = "too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers by lower-case name, and its bytes."""

    headers: Mapping[str, str]
    data: memoryview


def read_boundary(content_type: str) -> bytes:
    """The boundary that a Content-Type names; raises Invalid."""
    found = _BOUNDARY.search(content_type)
    quoted, plain = found.groups() if found else (None, None)
    boundary = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain or ""
    if _VALID_BOUNDARY.fullmatch(boundary) is None:
        raise Invalid("the Content-Type multipart/mixed must name a boundary of 1 to 70 characters")
    return boundary.encode()


def split_parts(body: bytes, boundary: bytes) -> list[Part]:
    """The parts between the first delimiter and the closing one; raises Invalid or TooLarge."""
    places = _places(body, boundary)
    return [_part(body, start, stop, number) for number, (start, stop) in enumerate(places, start=1)]


def _places(body: bytes, boundary: bytes) -> list[tuple[int, int]]:
    """Where each part begins and ends, without the line breaks that belong to the delimiters."""
    line = rb"--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|\Z)"
    further = re.compile(rb"\r\n" + line)
    found = re.compile(line).match(body) or further.search(body)
    places: list[tuple[int, int]] = []
    while found is not None and found[1] is None:
        if len(places) == MOST_PARTS:
            raise TooLarge(f"a multipart body may have {MOST_PARTS} parts at most")
        start = found.end()
        found = further.search(body, start)
        if found is not None:
            places.append((start + 2, found.start()))
    if found is None or not places:
        raise Invalid(NOT_CUT)
    return places


def _part(body: bytes, start: int, stop: int, number: int) -> Part:
    if body.startswith(b"\r\n", start, stop + 2):
        return Part({}, memoryview(body)[start + 2 : max(stop, start + 2)])
    # The line break of the next delimiter may be the empty line that ends the headers of an empty part.
    end = body.find(_END, start, min(stop + 2, start + LARGEST_HEADERS))
    if end < 0:
        raise Invalid(f"part {number} must begin with headers, ended by an empty line within 16 KiB")
    return Part(_headers(body[start:end], number), memoryview(body)[end + len(_END) : stop])


def _headers(block: bytes, number: int) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for line in _FOLD.sub(" ", block.decode("latin-1")).split("\r\n"):
        found = _HEADER.fullmatch(line)
        if found is None:
            raise Invalid(f"part {number} has a header that is not a name, a colon and a value")
        name = found[1].lower()
        if name in headers:
            raise Invalid(f"part {number} must not have the header {name} twice")
        headers[name] = found[2].strip()
    return headers
