"""What an LMS has the browser post, taken apart without trusting it (LTI 1.3 §5.1.1.3; checks 1 and 4)."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms_plugin.lti.errors import AlgorithmNotAllowed, KidMissing, MalformedResponse

LARGEST_TOKEN = 64 * 1024
LONGEST_STATE = 200
LONGEST_KID = 255
# Never taken from the token: the one algorithm that LTI's security framework asks of everybody.
ALGORITHM = "RS256"
# Headers that bring a key along, or ask for something that we do not understand (RFC 7515 §4.1).
FORBIDDEN_HEADERS = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})
PART = re.compile(r"[A-Za-z0-9_-]*")
Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One authentication response; nothing in it is verified."""

    state: str
    header: Claims
    claims: Claims
    signed: bytes
    signature: bytes


def open_envelope(form: Mapping[str, str]) -> Envelope:
    """Check 1: raises MalformedResponse."""
    token, state = form.get("id_token", ""), form.get("state", "")
    if not token or not state or len(state) > LONGEST_STATE or len(token) > LARGEST_TOKEN:
        raise MalformedResponse("id_token or state is missing or too long")
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise MalformedResponse("not three parts")
    header, claims = _json_object(_decoded(parts[0])), _json_object(_decoded(parts[1]))
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Envelope(state, header, claims, signed, _decoded(parts[2]))


def key_id(header: Claims) -> str:
    """Check 4: the name of the key; raises AlgorithmNotAllowed, KidMissing."""
    if header.get("alg") != ALGORITHM or not FORBIDDEN_HEADERS.isdisjoint(header):
        raise AlgorithmNotAllowed
    kid = header.get("kid")
    # What cannot be printed is no name, and half of a surrogate pair no database can store.
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID or not kid.isprintable():
        raise KidMissing
    return kid


def _decoded(part: str) -> bytes:
    if not PART.fullmatch(part):
        raise MalformedResponse("not base64url")
    try:
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise MalformedResponse("not base64url") from error
    # One content has one spelling: stray bits at the end would let a changed token pass for another.
    if base64.urlsafe_b64encode(content).rstrip(b"=") != part.encode():
        raise MalformedResponse("not base64url")
    return content


def _json_object(content: bytes) -> Claims:
    try:
        value = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedResponse("not JSON") from error
    if not isinstance(value, dict):
        raise MalformedResponse("not a JSON object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is written twice: readers would differ on which one counts")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
