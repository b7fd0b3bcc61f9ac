"""Who may use the LRS over HTTP Basic: a key, and a secret of which only a hash is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import JSON, String, Text, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.errors import Refusal
from lms_plugin.prepared import Prepared
from lms_plugin.storage import Base, Instant, writing

# What each scope lets its holder do (xAPI 1.0.3 Communication 4.2).
WRITE, READ, READ_MINE = "statements/write", "statements/read", "statements/read/mine"
STATE, PROFILE, DEFINE = "state", "profile", "define"
# Not scopes by themselves: what `all/read` may do with documents, agents and activities.
STATE_READ, PROFILE_READ = "state/read", "profile/read"
SCOPES = {
    "all": frozenset({WRITE, READ, READ_MINE, STATE, STATE_READ, PROFILE, PROFILE_READ, DEFINE}),
    "all/read": frozenset({READ, READ_MINE, STATE_READ, PROFILE_READ}),
    READ: frozenset({READ, READ_MINE}),
    READ_MINE: frozenset({READ_MINE}),
    WRITE: frozenset({WRITE}),
    STATE: frozenset({STATE, STATE_READ}),
    PROFILE: frozenset({PROFILE, PROFILE_READ}),
    DEFINE: frozenset({DEFINE}),
}
KEY = re.compile(r"[0-9a-f]{32}")
FIRST_VERSION = "1.0.3"
NOBODY = hashlib.sha256(b"").hexdigest()
LONGEST_NAME = 255
LONGEST_HOME_PAGE = 500
UNLIMITED = 0
MOST_PER_MINUTE = 1_000_000
NOTED_EVERY = timedelta(hours=1)  # "last used" is written no oftener


class CredentialRefused(Refusal):
    """A name is taken or unknown, or a scope or limit cannot be."""

    code = "credential_refused"


class LrsCredential(Base):
    """One client of the LRS."""

    __tablename__ = "lrs_credentials"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    # The secret before the last rotation, as long as it still opens.
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    previous_until: Mapped[datetime | None] = mapped_column(Instant)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    # The version of xAPI that answers name when a request names none.
    version: Mapped[str] = mapped_column(String(10))
    # Limits (`limits`): the id of a programme, the home page of a platform's accounts.
    programme: Mapped[str | None] = mapped_column(String(255))
    home_page: Mapped[str | None] = mapped_column(Text)
    # Requests in a minute; 0 for no limit, None for that of the settings.
    per_minute: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    def state(self, now: datetime) -> str:
        """`revoked`, `expired` or `in force`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "in force"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new credential should be."""

    name: str
    scopes: Sequence[str] = ()
    programme: str | None = None
    home_page: str | None = None
    per_minute: int | None = None
    expires_at: datetime | None = None
    version: str = FIRST_VERSION


@dataclass(frozen=True, slots=True)
class InForce:
    """A credential that opened, as far as a request needs it."""

    id: UUID
    key: str
    rights: frozenset[str]
    programme: str | None
    home_page: str | None
    per_minute: int | None
    last_used_at: datetime | None
    version: str


def add_credential(
    database: Session, name: str, scopes: Sequence[str], now: datetime
) -> tuple[LrsCredential, str]:
    """A new credential without limits and its secret, as `issue` makes them."""
    return issue(database, Wishes(name, scopes), now)


def issue(database: Session, wishes: Wishes, now: datetime) -> tuple[LrsCredential, str]:
    """A new credential and its secret, which nobody can read again; raises CredentialRefused.

    Whether the programme and the platform exist is for the caller to know.
    """
    _check(database, wishes, now)
    secret = secrets.token_hex(32)  # hexadecimal: no command line takes it for an option
    credential = LrsCredential(
        name=wishes.name,
        key=secrets.token_hex(16),
        secret_hash=_hash(secret),
        scopes=list(dict.fromkeys(wishes.scopes)) or ["all"],
        programme=wishes.programme,
        home_page=wishes.home_page,
        per_minute=wishes.per_minute,
        version=wishes.version,
        created_at=now,
        expires_at=wishes.expires_at,
    )
    database.add(credential)
    return credential, secret


def _check(database: Session, wishes: Wishes, now: datetime) -> None:
    unknown = sorted(set(wishes.scopes) - SCOPES.keys())
    if unknown:
        raise CredentialRefused(f"there is no scope {unknown[0]!r}: choose from {', '.join(SCOPES)}")
    name = wishes.name
    if not name.strip() or len(name) > LONGEST_NAME or _named(database, name) is not None:
        raise CredentialRefused(
            f"a credential needs a name of its own, and {name[:LONGEST_NAME]!r} is empty, long or taken"
        )
    if wishes.per_minute is not None and not UNLIMITED <= wishes.per_minute <= MOST_PER_MINUTE:
        raise CredentialRefused(f"requests per minute are from 1 to {MOST_PER_MINUTE}, or without limit")
    if wishes.expires_at is not None and wishes.expires_at <= now:
        raise CredentialRefused("a credential cannot expire before it begins: choose a later day")
    if wishes.home_page is not None and len(wishes.home_page) > LONGEST_HOME_PAGE:
        raise CredentialRefused(f"a home page may have {LONGEST_HOME_PAGE} characters")


def revoke_credential(database: Session, name: str, now: datetime) -> LrsCredential:
    """Ends it for good, from the next request on; raises CredentialRefused."""
    credential = _unrevoked(database, name)
    credential.revoked_at = now
    return credential


def rotate_credential(
    database: Session, name: str, now: datetime, keep_old: timedelta
) -> tuple[LrsCredential, str]:
    """Gives it another secret and returns it; the one until now opens as long as `keep_old`.

    The key stays, so that what it stored stays its own. Raises CredentialRefused.
    """
    credential = _unrevoked(database, name)
    secret = secrets.token_hex(32)  # hexadecimal: no command line takes it for an option
    kept = keep_old > timedelta()
    credential.previous_hash = credential.secret_hash if kept else None
    credential.previous_until = now + keep_old if kept else None
    credential.secret_hash = _hash(secret)
    return credential, secret


def find_named(database: Session, name: str) -> LrsCredential:
    """The credential with this name; raises CredentialRefused."""
    credential = _named(database, name)
    if credential is None:
        raise CredentialRefused(
            f"no credential has the name {name[:LONGEST_NAME]!r}: see `coalizione lrs credential list`"
        )
    return credential


def _unrevoked(database: Session, name: str) -> LrsCredential:
    credential = find_named(database, name)
    if credential.revoked_at is not None:
        raise CredentialRefused(
            f"the credential {name!r} is revoked already: see `coalizione lrs credential list`"
        )
    return credential


def list_credentials(database: Session) -> Sequence[LrsCredential]:
    """All of them, oldest first."""
    return database.scalars(
        select(LrsCredential).order_by(LrsCredential.created_at, LrsCredential.name)
    ).all()


class _Row(NamedTuple):
    """What opening asks of a credential, in the order of the question."""

    id: UUID
    secret_hash: str
    previous_hash: str | None
    previous_until: datetime | None
    scopes: list[str]
    programme: str | None
    home_page: str | None
    per_minute: int | None
    expires_at: datetime | None
    last_used_at: datetime | None
    version: str


# Made once: it runs at every request.
_BY_KEY = Prepared(
    select(*(getattr(LrsCredential, name) for name in _Row._fields)).where(
        LrsCredential.key == bindparam("given"), LrsCredential.revoked_at.is_(None)
    )
)


def find_in_force(database: Session, key: str, secret: str, now: datetime) -> InForce | None:
    """The credential in force with this key and secret; None when there is none.

    The secret is 256 random bits, so one round of SHA-256 protects it as well as a slow hash would: there is
    no list of likely secrets to try against the hash, whatever each try costs.
    """
    found = None
    if KEY.fullmatch(key):
        row = _BY_KEY.first(database, {"given": key})
        found = None if row is None else _Row(*row)
    given = _hash(secret)
    opens = hmac.compare_digest(given, found.secret_hash if found else NOBODY)
    if found is None or (found.expires_at is not None and found.expires_at <= now):
        return None
    if not opens and not _opened_before(found, given, now):
        return None
    rights = frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in found.scopes))
    limits = (found.programme, found.home_page, found.per_minute)
    return InForce(found.id, key, rights, *limits, found.last_used_at, found.version)


def _opened_before(found: _Row, given: str, now: datetime) -> bool:
    """Whether this is the secret before the last rotation, and that still opens."""
    if found.previous_hash is None or found.previous_until is None or found.previous_until <= now:
        return False
    return hmac.compare_digest(given, found.previous_hash)


def note_use(database: Session, credential: InForce, now: datetime) -> None:
    """Writes down that it was used, when that has not been written for an hour; opens `writing` for it."""
    due = now - NOTED_EVERY
    if credential.last_used_at is not None and credential.last_used_at > due:
        return
    earlier = or_(LrsCredential.last_used_at.is_(None), LrsCredential.last_used_at <= due)
    with writing(database):
        database.execute(
            update(LrsCredential).where(LrsCredential.id == credential.id, earlier).values(last_used_at=now)
        )


def _named(database: Session, name: str) -> LrsCredential | None:
    return database.scalar(select(LrsCredential).where(LrsCredential.name == name))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
