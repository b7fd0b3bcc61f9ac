"""A platform's published key set, read into usable keys (RFC 7517; check 6)."""

import functools
import json
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from jwt import PyJWTError
from jwt.algorithms import RSAAlgorithm

from lms_plugin.lti.envelope import ALGORITHM

MOST_KEYS = 50
FEWEST_BITS = 2048
MOST_BITS = 8192  # a larger key would only cost us time at every launch
Keys = Mapping[str, RSAPublicKey]


class KeySetMalformed(Exception):
    """What was fetched is not a key set."""


@functools.lru_cache(maxsize=64)
def read_key_set(body: str) -> Keys:
    """The usable keys by `kid`; a name given to two keys is left out. Raises KeySetMalformed."""
    members = _members(body)
    named = Counter(member.get("kid") for member in members if isinstance(member.get("kid"), str))
    usable = {}
    for member in members:
        kid = member.get("kid")
        if isinstance(kid, str) and named[kid] == 1 and (key := _usable(member)) is not None:
            usable[kid] = key
    return MappingProxyType(usable)


def _members(body: str) -> list[Mapping[str, Any]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise KeySetMalformed("not JSON") from error
    members = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(members, list) or len(members) > MOST_KEYS:
        raise KeySetMalformed(f"no list of at most {MOST_KEYS} keys")
    return [member for member in members if isinstance(member, dict)]


def _usable(member: Mapping[str, Any]) -> RSAPublicKey | None:
    """RSA, long enough, and meant for RS256 signatures as far as it says."""
    if member.get("use", "sig") != "sig" or member.get("alg", ALGORITHM) != ALGORITHM:
        return None
    public = {name: member.get(name) for name in ("kty", "n", "e")}
    try:
        key = RSAAlgorithm.from_jwk({name: value for name, value in public.items() if isinstance(value, str)})
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAPublicKey) and FEWEST_BITS <= key.key_size <= MOST_BITS else None


def signed_by(key: RSAPublicKey, signed: bytes, signature: bytes) -> bool:
    """Whether the RS256 signature is by this key."""
    try:
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
