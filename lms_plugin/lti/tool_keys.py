"""Our own RSA keys: the first made when needed, private halves sealed, public halves published (RFC 7517).

How one follows the other is in `key_rotation`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.envelope import ALGORITHM
from lms_plugin.lti.protocol_state import ToolKey
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.lti.upserts import insert_unless_taken
from lms_plugin.storage import writing

BITS = 2048
PURPOSE = "tool keys"
SEAL_BROKEN = (
    "the stored key was sealed under another COALIZIONE_SECRET_KEY: put the old secret back, or run"
    " `coalizione key rotate`, which makes a new key that LMSs fetch by themselves"
)


class ToolKeyUnreadable(Refusal):
    """The stored key was sealed under another COALIZIONE_SECRET_KEY than today's."""

    code = "tool_key_unreadable"
    status = 500


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs what we say to platforms."""

    kid: str
    private_key: rsa.RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key not stored yet."""

    kid: str
    private_pem: bytes = field(repr=False)
    public_jwk: Mapping[str, Any]


def make_key() -> NewKey:
    """A new key; takes a tenth of a second or more, so outside any transaction."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = json.loads(RSAAlgorithm.to_jwk(private_key.public_key()))
    kid = hashlib.sha256(public["n"].encode()).hexdigest()[:20]
    # Canvas answers 422 to a key without `alg` and `use`.
    jwk = {"kty": "RSA", "alg": ALGORITHM, "use": "sig", "kid": kid, "n": public["n"], "e": public["e"]}
    return NewKey(kid, pem, jwk)


def ensure_signing_key(database: Session, secret_key: str, now: datetime) -> SigningKey:
    """The active key, made now if there is none; commits by itself. Raises ToolKeyUnreadable."""
    found = _signing_key(database, secret_key)
    if found is not None:
        database.rollback()
        return found
    made = make_key()
    with writing(database):
        _store(database, secret_key, made, now)
    # Perhaps another process was faster: then it is that one's key.
    stored = _signing_key(database, secret_key)
    database.rollback()
    if stored is None:
        raise ToolKeyUnreadable("the key just stored is not there")
    return stored


def _store(database: Session, secret_key: str, made: NewKey, now: datetime) -> None:
    """Stores the key unless one is active already, which is no mistake."""
    row = new_row(secret_key, made, now) | {"status": "active", "activated_at": now}
    insert_unless_taken(database, ToolKey, row)


def new_row(secret_key: str, made: NewKey, now: datetime) -> dict[str, Any]:
    """The columns of a key not stored yet, as the next one."""
    return {
        "kid": made.kid,
        "private_pem": Sealer(secret_key, PURPOSE).seal(made.private_pem),
        "public_jwk": json.dumps(made.public_jwk),
        "status": "next",
        "created_at": now,
    }


def _signing_key(database: Session, secret_key: str) -> SigningKey | None:
    stored = database.scalar(select(ToolKey).where(ToolKey.status == "active"))
    if stored is None:
        return None
    return SigningKey(stored.kid, private_half(stored, secret_key))


def private_half(stored: ToolKey, secret_key: str) -> rsa.RSAPrivateKey:
    """The private key of a row; raises ToolKeyUnreadable, saying what to do."""
    try:
        pem = Sealer(secret_key, PURPOSE).unseal(stored.private_pem)
    except SealBroken as error:
        raise ToolKeyUnreadable(SEAL_BROKEN) from error
    private_key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise ToolKeyUnreadable("the stored key is not an RSA key")
    return private_key


def public_key_set(database: Session) -> dict[str, list[Any]]:
    """What we publish: keys that sign, will sign, or whose signatures platforms may still be checking."""
    published = select(ToolKey).where(ToolKey.status != "deleted").order_by(ToolKey.created_at.desc())
    return {"keys": [json.loads(key.public_jwk) for key in database.scalars(published)]}
