"""The signing keys of the practice LMS: published before use, kept published after it."""

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lms_plugin.rehearsal.jws import public_jwk

Stage = Literal["next", "active", "retired"]


@dataclass(frozen=True)
class SigningKey:
    kid: str
    private_key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def jwk(self) -> dict[str, str]:
        return public_jwk(self.private_key.public_key(), self.kid)

    @property
    def pem(self) -> str:
        return self.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


def new_key(bits: int = 2048) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    der = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey(hashlib.sha256(der).hexdigest()[:20], private)


def key_from_pem(kid: str, pem: str) -> SigningKey:
    private = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("the stored key is not an RSA key")
    return SigningKey(kid, private)


class KeyRing:
    """At most one next and one active key, and the last retired one, all in the JWKS."""

    def __init__(self, keys: Iterable[tuple[Stage, SigningKey]] = ()) -> None:
        self._lock = threading.RLock()
        self._keys: dict[Stage, SigningKey] = dict(keys)
        self._extra: list[Mapping[str, str]] = []
        missing: tuple[Stage, ...] = tuple(stage for stage in ("active", "next") if stage not in self._keys)
        self._keys |= {stage: new_key() for stage in missing}

    @property
    def active(self) -> SigningKey:
        with self._lock:
            return self._keys["active"]

    def rotate(self) -> None:
        """Next becomes active, active becomes retired but stays published, the older retired one goes."""
        with self._lock:
            self._keys["retired"] = self._keys["active"]
            self._keys["active"] = self._keys["next"]
            self._keys["next"] = new_key()

    def publish_also(self, jwk: Mapping[str, str]) -> None:
        """Add a key to the JWKS as it stands; forgeries publish weak and ambiguous keys this way."""
        with self._lock:
            if jwk not in self._extra:
                self._extra.append(jwk)

    def jwks(self) -> dict[str, list[Mapping[str, str]]]:
        with self._lock:
            return {"keys": [*(key.jwk for key in self._keys.values()), *self._extra]}

    def copy(self) -> "KeyRing":
        """A ring of its own with the keys of this one."""
        with self._lock:
            return KeyRing(self._keys.items())

    def stored(self) -> list[dict[str, str]]:
        with self._lock:
            return [{"stage": stage, "kid": key.kid, "pem": key.pem} for stage, key in self._keys.items()]

    @classmethod
    def from_stored(cls, rows: Iterable[Mapping[str, str]]) -> "KeyRing":
        known: dict[str, Stage] = {"next": "next", "active": "active", "retired": "retired"}
        return cls((known[row["stage"]], key_from_pem(row["kid"], row["pem"])) for row in rows)
