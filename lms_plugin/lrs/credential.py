"""Who may use the LRS over HTTP Basic: a key, and a secret of which only a hash is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.errors import Refusal
from lms_plugin.storage import Base, Instant

# What each scope lets its holder do (xAPI 1.0.3 Communication 4.2).
WRITE, READ, READ_MINE = "statements/write", "statements/read", "statements/read/mine"
STATE, PROFILE = "state", "profile"
# Not scopes by themselves: what `all/read` may do with documents.
STATE_READ, PROFILE_READ = "state/read", "profile/read"
SCOPES = {
    "all": frozenset({WRITE, READ, READ_MINE, STATE, STATE_READ, PROFILE, PROFILE_READ}),
    "all/read": frozenset({READ, READ_MINE, STATE_READ, PROFILE_READ}),
    READ: frozenset({READ, READ_MINE}),
    READ_MINE: frozenset({READ_MINE}),
    WRITE: frozenset({WRITE}),
    STATE: frozenset({STATE, STATE_READ}),
    PROFILE: frozenset({PROFILE, PROFILE_READ}),
}
KEY = re.compile(r"[0-9a-f]{32}")
FIRST_VERSION = "1.0.3"
NOBODY = hashlib.sha256(b"").hexdigest()


class CredentialRefused(Refusal):
    """A name is taken or unknown, or a scope does not exist."""

    code = "credential_refused"


class LrsCredential(Base):
    """One client of the LRS."""

    __tablename__ = "lrs_credentials"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    # The version of xAPI that answers name when a request names none.
    version: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


def add_credential(
    database: Session, name: str, scopes: Sequence[str], now: datetime, version: str = FIRST_VERSION
) -> tuple[LrsCredential, str]:
    """A new credential and its secret, which nobody can read again; raises CredentialRefused."""
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown:
        raise CredentialRefused(f"there is no scope {unknown[0]!r}: choose from {', '.join(SCOPES)}")
    if not name.strip() or len(name) > 255 or _named(database, name) is not None:  # noqa: PLR2004 - its column
        raise CredentialRefused(
            f"a credential needs a name of its own, and {name[:255]!r} is empty, long or taken"
        )
    secret = secrets.token_urlsafe(32)
    credential = LrsCredential(
        name=name,
        key=secrets.token_hex(16),
        secret_hash=_hash(secret),
        scopes=list(dict.fromkeys(scopes)) or ["all"],
        version=version,
        created_at=now,
    )
    database.add(credential)
    return credential, secret


def revoke_credential(database: Session, name: str, now: datetime) -> LrsCredential:
    """Ends it for good, from the next request on; raises CredentialRefused."""
    credential = _named(database, name)
    if credential is None or credential.revoked_at is not None:
        raise CredentialRefused(
            f"no credential in force has the name {name!r}: see `coalizione lrs credential list`"
        )
    credential.revoked_at = now
    return credential


def list_credentials(database: Session) -> Sequence[LrsCredential]:
    """All of them, oldest first."""
    return database.scalars(
        select(LrsCredential).order_by(LrsCredential.created_at, LrsCredential.name)
    ).all()


# Made once: it runs at every request.
_IN_FORCE = select(LrsCredential.secret_hash, LrsCredential.scopes, LrsCredential.version).where(
    LrsCredential.key == bindparam("given"), LrsCredential.revoked_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What the holder of a credential may do, and the version that answers name when a request names none."""

    rights: frozenset[str]
    version: str


def find_grant(database: Session, key: str, secret: str) -> Grant | None:
    """What the credential in force with this key and secret grants; None when there is none.

    The secret is 256 random bits, so one round of SHA-256 protects it as well as a slow hash would.
    """
    found = database.execute(_IN_FORCE, {"given": key}).one_or_none() if KEY.fullmatch(key) else None
    expected, scopes = (found.secret_hash, found.scopes) if found else (NOBODY, [])
    if not hmac.compare_digest(_hash(secret), expected) or found is None:
        return None
    rights = frozenset[str]().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
    return Grant(rights, found.version)


def _named(database: Session, name: str) -> LrsCredential | None:
    return database.scalar(select(LrsCredential).where(LrsCredential.name == name))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
