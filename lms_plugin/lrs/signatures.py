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
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_der_x509_certificate

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
LONGEST_CHAIN = 10
LARGEST_KEY = 16_384  # bits; longer ones only keep us busy
NO_TIME = datetime.min.replace(tzinfo=UTC)  # no statement has it


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures that came with a request; each is decoded and verified once, whoever names it.

    `check` is what a statement of the request's version has to pass, `data` what came for attachments.
    """

    check: Check
    data: Mapping[str, memoryview]
    _payloads: dict[str, dict[str, Any]] = field(default_factory=dict)

    def look_at(self, statement: Json) -> None:
        """Raises Invalid for a signature of this statement that is malformed, or signs something else.

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
            self._payloads[sha2] = _verified(bytes(self.data[sha2]), self.check)
        return self._payloads[sha2]


def _verified(token: bytes, check: Check) -> dict[str, Any]:
    """The statement that a JWS signs; raises Invalid."""
    parts = token.split(b".", 3)
    if len(parts) != 3:  # noqa: PLR2004 - header, payload and signature
        raise Invalid("must be a JWS in compact serialization: three parts with two dots between them")
    header, payload, signature = (_decoded(part) for part in parts)
    described = _described(header)
    if len(signature) < SHORTEST_SIGNATURE:
        raise Invalid("must end in a whole RSA signature")
    if "x5c" in described:
        _verify(described, signature, token.rpartition(b".")[0])
    return _signed(payload, check)


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


def _verify(described: Json, signature: bytes, signed: bytes) -> None:
    """Raises Invalid unless the first certificate's key made the signature, and each next one vouches."""
    try:
        chain = _chain(described["x5c"])
        key = chain[0].public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size > LARGEST_KEY:
            raise Invalid(f"must have an RSA key of {LARGEST_KEY} bits at most in its certificate")
        key.verify(signature, signed, PKCS1v15(), ALGORITHMS[described["alg"]])
        for one, issuer in pairwise(chain):
            _check_issued(one, issuer)
    except InvalidSignature:
        raise Invalid(
            "must be a signature by the key of its certificate, which each next one signs"
        ) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Invalid("must have in x5c certificates that can be read, each issued by the next") from None


def _check_issued(one: Certificate, issuer: Certificate) -> None:
    """Raises ValueError or InvalidSignature; SHA-1, as in the example of the specification, will do."""
    key = issuer.public_key()
    if not isinstance(key, RSAPublicKey) or not isinstance(one.signature_hash_algorithm, hashes.SHA1):
        one.verify_directly_issued_by(issuer)
        return
    if one.issuer != issuer.subject:
        raise ValueError("issued by another")
    key.verify(one.signature, one.tbs_certificate_bytes, PKCS1v15(), one.signature_hash_algorithm)


def _chain(encoded: Any) -> list[Certificate]:
    """The certificates of `x5c` (RFC 7515 4.1.6): standard base64, the signer's first."""
    if type(encoded) is not list or not 1 <= len(encoded) <= LONGEST_CHAIN:
        raise Invalid(f"must have in x5c an array of 1 to {LONGEST_CHAIN} certificates")
    return [load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in encoded]
