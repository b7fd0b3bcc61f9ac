"""BigBlueButton's signatures: API and webhook checksums, analytics bearer (video.md §1.1, 1.6, 1.7)."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import jwt

Algorithm = Literal["sha1", "sha256", "sha384", "sha512"]
ALGORITHM_BY_LENGTH: Mapping[int, Algorithm] = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
ANALYTICS_ALGORITHM = "HS512"


def digest(algorithm: Algorithm, text: bytes) -> str:
    """The digest as lower-case hexadecimal."""
    return hashlib.new(algorithm, text).hexdigest()


def checksum(call: str, query: str, secret: str, algorithm: Algorithm = "sha256") -> str:
    """The checksum of an API call over its query string exactly as it is sent, without `checksum`."""
    return digest(algorithm, f"{call}{query}{secret}".encode())


def signed_query(
    call: str, parameters: Mapping[str, str], secret: str, algorithm: Algorithm = "sha256"
) -> str:
    """The finished query string. Built once: send this text, never a re-encoded one."""
    query = urlencode(parameters)
    return f"{query}{'&' if query else ''}checksum={checksum(call, query, secret, algorithm)}"


def query_without_checksum(query: str) -> str:
    """The raw query string without its `checksum` pair, everything else untouched and in order."""
    return "&".join(part for part in query.split("&") if not part.startswith("checksum="))


def matches(given: str, call: str, query: str, secret: str) -> bool:
    """Whether `given` is the checksum of the raw query; the algorithm is told by its length."""
    algorithm = ALGORITHM_BY_LENGTH.get(len(given))
    if algorithm is None or not given.isascii():
        return False
    expected = checksum(call, query_without_checksum(query), secret, algorithm)
    return hmac.compare_digest(expected, given.lower())


def webhook_checksum(callback_url: str, raw_body: bytes, secret: str, algorithm: Algorithm = "sha1") -> str:
    """The checksum of a webhook over the encoded body exactly as received (§1.7)."""
    return digest(algorithm, callback_url.encode() + raw_body + secret.encode())


def webhook_matches(given: str, callback_url: str, raw_body: bytes, secret: str) -> bool:
    """Whether a webhook's checksum is right; the algorithm is told by its length."""
    algorithm = ALGORITHM_BY_LENGTH.get(len(given))
    if algorithm is None or not given.isascii():
        return False
    return hmac.compare_digest(webhook_checksum(callback_url, raw_body, secret, algorithm), given.lower())


def analytics_bearer(secret: str, expires_at: datetime) -> str:
    """The token a server puts on its analytics callback: HS512, with nothing inside but its expiry (§1.6)."""
    return jwt.encode({"exp": expires_at}, _hmac_key(secret), algorithm=ANALYTICS_ALGORITHM)


def analytics_bearer_valid(token: str, secret: str) -> bool:
    """Whether the bearer is ours and unexpired. HS512 only: the token's own header is never believed."""
    try:
        jwt.decode(token, _hmac_key(secret), algorithms=[ANALYTICS_ALGORITHM], options={"require": ["exp"]})
    except jwt.InvalidTokenError:
        return False
    return True


def derived(secret: str, purpose: str, subject: str, length: int = 32) -> str:
    """A value only a holder of the secret can compute: passwords and path tokens need no storage."""
    return hmac.new(secret.encode(), f"{purpose}\n{subject}".encode(), hashlib.sha256).hexdigest()[:length]


def _hmac_key(secret: str) -> bytes:
    # The length of the secret is the server's choice and HMAC pads it with zeros anyway (RFC 2104 §2): padded
    # here, the signature is the same and PyJWT has no reason to warn at every callback.
    return secret.encode().ljust(64, b"\0")
