"""Signed statements: a JWS of the statement comes as an attachment of it (xAPI 1.0.3 Data 2.6).

What is checked is what the specification asks for: that the signature is well formed, that it signs this very
statement, and that it fits the certificate in its header, if there is one. Whether that certificate can be
trusted is for whoever reads the statement to decide.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes

from lms_plugin.lrs.certificates import Certificates
from lms_plugin.lrs.validation.checks import Check, Invalid
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.records.statement_equality import same_statement
from lms_plugin.records.statement_form import kept_form

Json = Mapping[str, Any]
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE = "application/octet-stream"
ALGORITHMS = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
MOST_SIGNATURES = 10  # of one statement
SHORTEST_SIGNATURE = 128  # bytes of an RSA key of 1024 bits
NO_TIME = datetime.min.replace(tzinfo=UTC)  # no statement has it


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures that came with a request; each is decoded and verified once, whoever names it.

    `check` is what a statement of the request's version has to pass, `data` what came for attachments.
    """

    check: Check
    data: Mapping[str, memoryview]
    _payloads: dict[str, dict[str, Any]] = field(default_factory=dict)
    _certificates: Certificates = field(default_factory=Certificates)

    def look_at(self, statement: Json) -> None:
        """Raises Invalid for a signature of this statement that is malformed, or signs something else;
        TooLarge when the request has more to verify than one may have.

        The signature of a part of it, such as a SubStatement, is an attachment like any other.
        """
        attachments = statement.get("attachments", ())
        places = [place for place, one in enumerate(attachments) if one["usageType"] == SIGNATURE]
        if len(places) > MOST_SIGNATURES:
            raise Invalid(f"may have {MOST_SIGNATURES} signatures at most").below("attachments")
        for place in places:
            try:
                _compare(self._payload(attachments[place]), statement)
            except Invalid as invalid:
                raise invalid.below(place).below("attachments") from None

    def _payload(self, attachment: Json) -> dict[str, Any]:
        if attachment["contentType"].lower() != CONTENT_TYPE:
            raise Invalid(f"must be {CONTENT_TYPE} for a signature").below("contentType")
        sha2 = attachment["sha2"].lower()
        if sha2 not in self.data:
            raise Invalid("is a signature: its data must come along, in a part of a multipart/mixed request")
        if sha2 not in self._payloads:
            self._payloads[sha2] = self._verified(bytes(self.data[sha2]))
        return self._payloads[sha2]

    def _verified(self, token: bytes) -> dict[str, Any]:
        """The statement that a JWS signs; raises Invalid."""
        described, payload, signature = _parts(token)
        if "x5c" in described:
            signed = token.rpartition(b".")[0]
            self._certificates.verify(described["x5c"], signature, signed, ALGORITHMS[described["alg"]])
        return _signed(payload, self.check)


def _parts(token: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """What the header says, the payload and the signature of a JWS; raises Invalid."""
    parts = token.split(b".", 3)
    if len(parts) != 3:  # noqa: PLR2004 - header, payload and signature
        raise Invalid("must be a JWS in compact serialization: three parts with two dots between them")
    header, payload, signature = (_decoded(part) for part in parts)
    described = _described(header)
    if len(signature) < SHORTEST_SIGNATURE:
        raise Invalid("must end in a whole RSA signature")
    return described, payload, signature


def _signed(payload: bytes, check: Check) -> dict[str, Any]:
    statement = _json(payload, "payload")
    try:
        check(statement)
    except Invalid as invalid:
        raise Invalid(f"must sign a valid statement: at {invalid.path}, {invalid.rule}") from None
    return statement


def _decoded(part: bytes) -> bytes:
    """Base64url without padding, the one way to write these bytes (RFC 7515 2)."""
    try:
        raw = base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or base64.urlsafe_b64encode(raw).rstrip(b"=") != part:
        raise Invalid("must have three parts in base64url, without padding")
    return raw


def _json(raw: bytes, what: str) -> dict[str, Any]:
    try:
        value = read_json(raw)
    except Invalid as invalid:
        raise Invalid(f"must have a {what} of valid JSON: {invalid.rule}") from None
    if type(value) is not dict:
        raise Invalid(f"must have a {what} that is a JSON object")
    return value


def _described(header: bytes) -> dict[str, Any]:
    described = _json(header, "header")
    if not isinstance(described.get("alg"), str) or described["alg"] not in ALGORITHMS:
        raise Invalid(f"must be signed with the algorithm {', '.join(ALGORITHMS)}")
    # RFC 7515 4.1.11, RFC 7797: what we do not know must not be passed over.
    for name in ("crit", "b64"):
        if name in described:
            raise Invalid(f"must not have {name!r} in its header")
    return described


def _compare(signed: Json, statement: Json) -> None:
    """Raises Invalid unless they are the same but for what the LRS sets (Data 2.3.1)."""
    if "id" in signed and signed["id"].lower() != statement.get("id", "").lower():
        raise Invalid("must sign this statement: the signed one has another id")
    if not same_statement(_comparable(signed), _comparable(statement)):
        raise Invalid("must sign this statement: the signed one differs in what may not differ")


def _comparable(statement: Json) -> dict[str, Any]:
    """As it was before it was signed, in the form that can be compared."""
    bare = {name: value for name, value in statement.items() if name != "attachments"} | {"id": ""}
    others = [one for one in statement.get("attachments", ()) if one["usageType"] != SIGNATURE]
    return kept_form(bare | ({"attachments": others} if others else {}), authority={}, stored=NO_TIME)
