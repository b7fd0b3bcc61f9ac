"""Platforms' key sets, kept in the database for all processes (docs/lti.md, "Keys of the LMS").

Commits by itself, unlike most of the room: fetching must happen with no transaction open, and that somebody
is fetching must be visible to other processes at once.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.errors import JwksUnavailable, KeyNotFound
from lms_plugin.lti.jwks import Keys, KeySetMalformed, read_key_set
from lms_plugin.lti.protocol_state import FetchedKeySet
from lms_plugin.lti.upserts import insert_if_absent
from lms_plugin.outbound import Outbound, OutboundFailed, OutboundRefused
from lms_plugin.storage import writing

FRESH = timedelta(minutes=10)
FRESHNESS = (timedelta(minutes=1), timedelta(hours=1))  # how far a platform's max-age is believed
LONGEST_STALE = timedelta(hours=24)
# A flood of unknown key names must not make us flood the platform.
BETWEEN_FETCHES = timedelta(seconds=30)
LONGEST_FETCH = timedelta(seconds=15)
LARGEST_KEY_SET = 256 * 1024
WAIT_SECONDS, WAIT_STEP_SECONDS = 3.0, 0.05
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})")
OK = 200


@dataclass(frozen=True, slots=True)
class KeySets:
    """Finds keys; `pause` waits while another thread or process is fetching."""

    outbound: Outbound
    pause: Callable[[float], None] = time.sleep
    # What this process has read already; good for as long as the row it was read from.
    known: dict[str, "_Stored"] = field(default_factory=dict)

    def find(self, database: Session, jwks_url: str, kid: str, now: datetime) -> RSAPublicKey:
        """The platform's key of this name; ends the session's transaction when it must fetch.

        Raises KeyNotFound, JwksUnavailable.
        """
        known = self.known.get(jwks_url)
        key = _key(known, kid)
        if known is not None and key is not None and known.fetched_at <= now < known.fresh_until:
            return key
        stored = _stored(database, jwks_url)
        key = _key(stored, kid)
        if stored is not None and key is not None and now < stored.fresh_until:
            self.known[jwks_url] = stored
            return key
        self._refresh(database, jwks_url, now)
        stored = _stored(database, jwks_url)
        key = _key(stored, kid)
        if stored is None or not stored.body or now - stored.fetched_at > LONGEST_STALE:
            raise JwksUnavailable
        if key is None:
            raise KeyNotFound
        return key

    def _refresh(self, database: Session, jwks_url: str, now: datetime) -> None:
        if _may_fetch(database, jwks_url, now):
            self._fetch(database, jwks_url, now)
        else:
            self._wait(database, jwks_url, now)

    def _fetch(self, database: Session, jwks_url: str, now: datetime) -> None:
        try:
            answer = self.outbound.get(jwks_url, {"Accept": "application/json"}, LARGEST_KEY_SET)
            body = answer.body.decode()
            keys = read_key_set(body) if answer.status == OK else {}
        except (OutboundFailed, OutboundRefused, KeySetMalformed, UnicodeDecodeError):
            return
        if keys:
            fresh_until = now + _freshness(answer.headers)
            with writing(database):
                database.execute(
                    update(FetchedKeySet)
                    .where(FetchedKeySet.jwks_url == jwks_url)
                    .values(body=body, fetched_at=now, fresh_until=fresh_until)
                    .execution_options(synchronize_session=False)
                )

    def _wait(self, database: Session, jwks_url: str, now: datetime) -> None:
        """Only for the very first fetch: with older keys at hand nobody waits."""
        for _ in range(int(WAIT_SECONDS / WAIT_STEP_SECONDS)):
            stored = _stored(database, jwks_url)
            if stored is None or stored.body or now - stored.attempted_at > LONGEST_FETCH:
                return
            self.pause(WAIT_STEP_SECONDS)


@dataclass(frozen=True, slots=True)
class _Stored:
    body: str
    fetched_at: datetime
    fresh_until: datetime
    attempted_at: datetime


def _stored(database: Session, jwks_url: str) -> _Stored | None:
    columns = (getattr(FetchedKeySet, field.name) for field in fields(_Stored))
    row = database.execute(select(*columns).where(FetchedKeySet.jwks_url == jwks_url)).first()
    database.rollback()
    return _Stored(*row) if row is not None else None


def _key(stored: _Stored | None, kid: str) -> RSAPublicKey | None:
    keys: Keys = read_key_set(stored.body) if stored is not None and stored.body else {}
    return keys.get(kid)


def _may_fetch(database: Session, jwks_url: str, now: datetime) -> bool:
    """Whether this call is the one that fetches; true for one caller in 30 seconds, whatever the process."""
    first = {"body": "", "fetched_at": now, "fresh_until": now, "attempted_at": now}
    with writing(database):
        if insert_if_absent(database, FetchedKeySet, {"jwks_url": jwks_url}, first):
            return True
        claimed = database.execute(
            update(FetchedKeySet)
            .where(FetchedKeySet.jwks_url == jwks_url)
            # Far ahead: somebody's clock was put back. A little ahead: a request that began a moment later.
            .where(
                or_(
                    FetchedKeySet.attempted_at <= now - BETWEEN_FETCHES,
                    FetchedKeySet.attempted_at > now + BETWEEN_FETCHES,
                )
            )
            .values(attempted_at=now)
            .execution_options(synchronize_session=False)
        )
    return isinstance(claimed, CursorResult) and claimed.rowcount == 1


def _freshness(headers: Mapping[str, str]) -> timedelta:
    found = MAX_AGE.search(headers.get("cache-control", "").lower())
    if found is None:
        return FRESH
    return min(max(timedelta(seconds=int(found[1])), FRESHNESS[0]), FRESHNESS[1])
