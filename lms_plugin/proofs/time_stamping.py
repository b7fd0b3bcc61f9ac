"""Asks a time-stamping authority (RFC 3161) when a sealed day existed: the one witness who is not us."""

import secrets
from pathlib import Path

from lms_plugin.errors import ConfigurationError
from lms_plugin.outbound import Outbound
from lms_plugin.proofs.time_stamp_token import (
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SHA_2,
    TimeStampWrong,
    check_token,
    read_der,
)
from lms_plugin.proofs.time_stamp_trust import Roots, read_roots, require_trusted

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
OK = 200
NULL, BOOLEAN = 0x05, 0x01
GRANTED = (0, 1)  # granted, granted with modifications (§2.4.2)
SHORT = 0x80


def request_for(digest: bytes, nonce: int) -> bytes:
    """A TimeStampReq (§2.4.1) for a SHA-256, which wants the certificate in the answer."""
    algorithm = _der(SEQUENCE, _der(OID, SHA_2 + b"\x01") + _der(NULL, b""))
    imprint = _der(SEQUENCE, algorithm + _der(OCTETS, digest))
    return _der(SEQUENCE, _number(1) + imprint + _number(nonce) + _der(BOOLEAN, b"\xff"))


def trusted_roots(file: Path | None) -> Roots:
    """The certificates in the file of COALIZIONE_TSA_ROOTS, none without one. Raises ConfigurationError."""
    if file is None:
        return ()
    try:
        return read_roots(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            "COALIZIONE_TSA_ROOTS: must be a PEM file with one certificate or more (BEGIN CERTIFICATE)"
        ) from error


def token_in(reply: bytes, digest: bytes, nonce: int, roots: Roots = ()) -> bytes:
    """The token of a TimeStampResp (§2.4.2), checked, where there are roots for one of them too.

    Raises TimeStampWrong.
    """
    parts = read_der(reply).children()
    status = int.from_bytes(parts[0].child(0, INTEGER).content) if parts else -1
    if status not in GRANTED or len(parts) < 2:  # noqa: PLR2004 - status and token
        raise TimeStampWrong(f"the authority refused, with status {status}")
    token = parts[1].whole
    stamped = check_token(token, digest)
    if stamped.nonce != nonce:
        raise TimeStampWrong("an answer to another request")
    if roots:
        require_trusted(stamped, roots)
    return token


def time_stamp(outbound: Outbound, url: str, digest: bytes, roots: Roots = ()) -> bytes:
    """A checked token for a digest; no transaction may be open.

    Where there are roots, the authority must lead to one. Raises OutboundRefused, OutboundFailed,
    TimeStampWrong.
    """
    nonce = secrets.randbits(63)
    answer = outbound.post(url, request_for(digest, nonce), headers={"Content-Type": QUERY, "Accept": REPLY})
    if answer.status != OK:
        raise TimeStampWrong(f"the authority answered {answer.status}")
    return token_in(answer.body, digest, nonce, roots)


def _number(value: int) -> bytes:
    return _der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _der(tag: int, content: bytes) -> bytes:
    if len(content) >= SHORT:
        raise ValueError("a request is never so long")
    return bytes([tag, len(content)]) + content
