"""OAuth 2 access tokens of platforms (client credentials with a signed assertion, LTI Security §4.1).

Commits by itself, like `key_sets`: the platform is asked with no transaction open, by one caller at a time.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.envelope import ALGORITHM
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.protocol_state import AccessToken
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.lti.tool_keys import SigningKey
from lms_plugin.lti.upserts import insert_if_absent
from lms_plugin.outbound import Answer, Outbound, OutboundFailed, OutboundRefused
from lms_plugin.storage import writing

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(minutes=3)
BACKDATED = timedelta(seconds=5)  # platforms' clocks differ, and some refuse what is issued in their future
LIFE_UNTOLD = 300.0
SAFETY = timedelta(seconds=60)
LONGEST_ASKING = timedelta(seconds=15)
WAIT_SECONDS, WAIT_STEP_SECONDS = 5.0, 0.05
LARGEST_ANSWER = 64 * 1024
LONGEST_TOLD = 500
PURPOSE = "access tokens"
OK = 200
# What reading an answer that is not as it should be can end in; OverflowError: a number of 400 digits.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


class AccessTokenRefused(Exception):
    """The platform answered, and gave no token; `status` and `answer` are its own."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__(f"the token address answered {status}")
        self.status = status
        self.answer = answer


class AccessTokenUnavailable(Exception):
    """The platform could not be asked, or somebody else's question takes too long: try later."""


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Gives tokens, from the database while they last; `pause` waits while another process is asking."""

    outbound: Outbound
    secret_key: str
    pause: Callable[[float], None] = time.sleep

    def token(
        self, database: Session, platform: Platform, scopes: Iterable[str], key: SigningKey, now: datetime
    ) -> str:
        """A token for these scopes; `platform` must be detached or its transaction over.

        Raises AccessTokenRefused, AccessTokenUnavailable.
        """
        wanted = _wanted(scopes)
        for _ in range(int(WAIT_SECONDS / WAIT_STEP_SECONDS)):
            token = self._stored(database, platform, wanted, now)
            if token is not None:
                return token
            if _may_ask(database, platform, wanted, now):
                return self._ask(database, platform, wanted, key, now)
            self.pause(WAIT_STEP_SECONDS)
        raise AccessTokenUnavailable("another process is still asking")

    def known(
        self, database: Session, platform: Platform, scopes: Iterable[str], now: datetime
    ) -> str | None:
        """A token for these scopes that is there already and lasts; nobody is asked."""
        return self._stored(database, platform, _wanted(scopes), now)

    def drop(self, database: Session, platform: Platform, scopes: Iterable[str], token: str) -> None:
        """Forgets a token that a service refused, unless a newer one has come since."""
        wanted = _wanted(scopes)
        with writing(database):
            row = database.scalar(_row(platform, wanted))
            if row is not None and self._unsealed(row.token) == token:
                row.token = b""

    def _stored(self, database: Session, platform: Platform, wanted: str, now: datetime) -> str | None:
        found = database.execute(
            select(AccessToken.token, AccessToken.expires_at).where(
                AccessToken.platform_id == platform.id, AccessToken.scopes == wanted
            )
        ).first()
        database.rollback()
        if found is None or now >= found.expires_at - SAFETY:
            return None
        return self._unsealed(found.token)

    def _unsealed(self, sealed: bytes) -> str | None:
        try:
            return Sealer(self.secret_key, PURPOSE).unseal(sealed).decode() if sealed else None
        except SealBroken:  # another COALIZIONE_SECRET_KEY since: ask anew
            return None

    def _ask(self, database: Session, platform: Platform, wanted: str, key: SigningKey, now: datetime) -> str:
        try:
            token, life = granted(ask_for_token(self.outbound, platform, wanted, key, now))
        except (AccessTokenRefused, AccessTokenUnavailable):
            self._save(database, platform, wanted, {"asked_until": now})
            raise
        sealed = Sealer(self.secret_key, PURPOSE).seal(token.encode())
        values = {"token": sealed, "expires_at": now + life, "asked_until": now}
        self._save(database, platform, wanted, values)
        return token

    def _save(self, database: Session, platform: Platform, wanted: str, values: dict[str, Any]) -> None:
        with writing(database):
            database.execute(
                update(AccessToken)
                .where(AccessToken.platform_id == platform.id, AccessToken.scopes == wanted)
                .values(**values)
                .execution_options(synchronize_session=False)
            )


def ask_for_token(
    outbound: Outbound, platform: Platform, wanted: str, key: SigningKey, now: datetime
) -> Answer:
    """What the token address answers to our question for these scopes; raises AccessTokenUnavailable."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion(platform, key, now),
        "scope": wanted,
    }
    try:
        return outbound.post(
            platform.auth_token_url, form, headers={"Accept": "application/json"}, limit=LARGEST_ANSWER
        )
    except (OutboundFailed, OutboundRefused) as error:
        raise AccessTokenUnavailable(str(error)) from error


def assertion(platform: Platform, key: SigningKey, now: datetime) -> str:
    """The signed statement of who we are (RFC 7523 §3)."""
    claims = {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": audience_of(platform),
        "iat": int((now - BACKDATED).timestamp()),
        "exp": int((now + ASSERTION_LIFE).timestamp()),
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode(claims, key.private_key, algorithm=ALGORITHM, headers={"kid": key.kid})


def _wanted(scopes: Iterable[str]) -> str:
    return " ".join(sorted(set(scopes)))


def audience_of(platform: Platform) -> str:
    """As registered; else what the product is known to want; else, as the specification says, the address."""
    usual = family_of(platform.product_family or "", platform.auth_token_url).token_audience
    return platform.token_audience or usual or platform.auth_token_url


def _row(platform: Platform, wanted: str) -> Any:
    return select(AccessToken).where(AccessToken.platform_id == platform.id, AccessToken.scopes == wanted)


def _may_ask(database: Session, platform: Platform, wanted: str, now: datetime) -> bool:
    key = {"platform_id": platform.id, "scopes": wanted}
    first = {"id": uuid.uuid4(), "token": b"", "expires_at": now, "asked_until": now + LONGEST_ASKING}
    with writing(database):
        if insert_if_absent(database, AccessToken, key, first):
            return True
        claimed = database.execute(
            update(AccessToken)
            .where(AccessToken.platform_id == platform.id, AccessToken.scopes == wanted)
            .where(AccessToken.asked_until <= now)
            # Or else one who looked before the last answer came would ask again after it.
            .where(or_(AccessToken.expires_at <= now + SAFETY, AccessToken.token == b""))
            .values(asked_until=now + LONGEST_ASKING)
            .execution_options(synchronize_session=False)
        )
    return isinstance(claimed, CursorResult) and claimed.rowcount == 1


def granted(answer: Answer) -> tuple[str, timedelta]:
    """The token and its life; raises AccessTokenRefused.

    Moodle serves the JSON as text/html, so its type is not asked for.
    """
    # An answer that means success may hold a token even where we cannot use it: nobody is told its words.
    told = "" if answer.status == OK else answer.body.decode(errors="replace")[:LONGEST_TOLD]
    try:
        given = json.loads(answer.body)
        token, kind = given["access_token"], given.get("token_type", "bearer")
        life = timedelta(seconds=min(max(float(given.get("expires_in") or LIFE_UNTOLD), 0.0), 86400.0))
    except UNREADABLE as error:
        raise AccessTokenRefused(answer.status, told) from error
    if answer.status != OK or not isinstance(token, str) or not token or str(kind).lower() != "bearer":
        raise AccessTokenRefused(answer.status, told)
    return token, life
