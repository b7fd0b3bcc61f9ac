"""Asks a time-stamping authority (RFC 3161) when a sealed day existed: the one witness who is not us."""

import secrets

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


def token_in(reply: bytes, digest: bytes, nonce: int) -> bytes:
    """The token of a TimeStampResp (§2.4.2), checked. Raises TimeStampWrong."""
    parts = read_der(reply).children()
    status = int.from_bytes(parts[0].child(0, INTEGER).content) if parts else -1
    if status not in GRANTED or len(parts) < 2:  # noqa: PLR2004 - status and token
        raise TimeStampWrong(f"the authority refused, with status {status}")
    token = parts[1].whole
    if check_token(token, digest).nonce != nonce:
        raise TimeStampWrong("an answer to another request")
    return token


def time_stamp(outbound: Outbound, url: str, digest: bytes) -> bytes:
    """A checked token for a digest; no transaction may be open.

    Raises OutboundRefused, OutboundFailed, TimeStampWrong.
    """
    nonce = secrets.randbits(63)
    answer = outbound.post(url, request_for(digest, nonce), headers={"Content-Type": QUERY, "Accept": REPLY})
    if answer.status != OK:
        raise TimeStampWrong(f"the authority answered {answer.status}")
    return token_in(answer.body, digest, nonce)


def _number(value: int) -> bytes:
    return _der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _der(tag: int, content: bytes) -> bytes:
    if len(content) >= SHORT:
        raise ValueError("a request is never so long")
    return bytes([tag, len(content)]) + content
