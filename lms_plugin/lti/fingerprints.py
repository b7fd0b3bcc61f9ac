"""Hashes of the secrets that a browser or an LMS brings back: the database never holds the secrets."""

import hashlib
import hmac


def fingerprint(secret: str) -> str:
    """64 hexadecimal digits; enough for secrets of 32 random bytes, which nobody can guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(secret: str, expected: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), expected.encode())
