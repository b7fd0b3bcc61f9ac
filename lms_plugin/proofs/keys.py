"""The keys that sign days and packs: one signs for a year, the public halves stay published for ever."""

import json
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.lti.tool_keys import SigningKey, make_key
from lms_plugin.lti.upserts import insert_unless_taken
from lms_plugin.proofs.tables import ProofKey
from lms_plugin.storage import writing

PURPOSE = "proof keys"
SIGNS_FOR = timedelta(days=365)


class ProofKeyUnreadable(Refusal):
    """The key was sealed under another COALIZIONE_SECRET_KEY."""

    code = "proof_key_unreadable"
    status = 500


def ensure_proof_key(database: Session, secret_key: str, now: datetime) -> SigningKey:
    """The key that signs, made now if there is none or it is a year old; commits by itself.

    The private half of the one before is destroyed at once: nobody can sign an old day anew with it. Raises
    ProofKeyUnreadable.
    """
    found = _signing(database)
    if found is None or found.created_at + SIGNS_FOR <= now:
        _take_over(database, secret_key, found, now)
        found = _signing(database)
    database.rollback()
    if found is None:
        raise ProofKeyUnreadable("the key just stored is not there")
    return SigningKey(found.kid, _private_half(found, secret_key))


def _signing(database: Session) -> ProofKey | None:
    return database.scalar(select(ProofKey).where(ProofKey.signs).execution_options(populate_existing=True))


def _take_over(database: Session, secret_key: str, before: ProofKey | None, now: datetime) -> None:
    made = make_key()
    row = {
        "kid": made.kid,
        "private_pem": Sealer(secret_key, PURPOSE).seal(made.private_pem),
        "public_jwk": json.dumps(made.public_jwk),
        "signs": True,
        "created_at": now,
    }
    with writing(database):
        if before is not None:
            over = update(ProofKey).where(ProofKey.kid == before.kid, ProofKey.signs)
            database.execute(over.values(signs=False, private_pem=b""))
        # Perhaps another worker was faster: then that one's key signs.
        insert_unless_taken(database, ProofKey, row)


def _private_half(stored: ProofKey, secret_key: str) -> rsa.RSAPrivateKey:
    try:
        pem = Sealer(secret_key, PURPOSE).unseal(stored.private_pem)
    except SealBroken as error:
        raise ProofKeyUnreadable(
            "the key that signs proofs was sealed under another COALIZIONE_SECRET_KEY: put the old one back"
        ) from error
    private_key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise ProofKeyUnreadable("the stored key is not an RSA key")
    return private_key


def proof_key_set(database: Session) -> dict[str, list[Any]]:
    """Every public half there ever was (RFC 7517), the newest first."""
    rows = database.scalars(select(ProofKey).order_by(ProofKey.created_at.desc(), ProofKey.kid))
    return {"keys": [json.loads(key.public_jwk) for key in rows]}


def signed(payload: bytes, key: SigningKey) -> str:
    """The payload as a compact JWS, RS256 (RFC 7515)."""
    return jwt.api_jws.encode(
        payload, key.private_key, algorithm="RS256", headers={"kid": key.kid, "typ": None}
    )
