"""Calls to the services of a platform: with an access token, and what an answer that refuses is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.lti.access_tokens import AccessTokens
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.tool_keys import ensure_signing_key
from lms_plugin.outbound import Answer, Outbound

T = TypeVar("T")
UNAUTHORIZED, FORBIDDEN = 401, 403
LONGEST_TOLD = 2000


class ServiceRefused(Exception):
    """The platform answered, but not with success, or not with what was asked for."""

    def __init__(self, answer: Answer, what: str = "") -> None:
        super().__init__(what or f"the service answered {answer.status}")
        self.answer = answer

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.answer.status

    @property
    def told(self) -> str:
        """The platform's own words, shortened; ours when it said something unreadable with success."""
        if 200 <= self.status < 300:  # noqa: PLR2004 - the range of success
            return str(self)
        return self.answer.body.decode(errors="replace")[:LONGEST_TOLD]


def accepted(answer: Answer) -> Answer:
    """The answer, if it is 2xx; raises ServiceRefused otherwise, for a redirect too."""
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - the range of success
        raise ServiceRefused(answer)
    return answer


def wants_new_token(answer: Answer) -> bool:
    """Whether the platform no longer takes our token: 401, or a 403 that speaks of it, as Open edX's does."""
    said = answer.body[:LONGEST_TOLD].lower()
    return answer.status == UNAUTHORIZED or (answer.status == FORBIDDEN and b"token" in said)


@dataclass(frozen=True, slots=True)
class ServiceCalls:
    """Gives a token to whoever calls a service, and a new one, once, when the platform refuses the first."""

    outbound: Outbound
    secret_key: str
    sessions: sessionmaker[Session]

    def call(self, platform: Platform, scopes: Iterable[str], ask: Callable[[str], T], now: datetime) -> T:
        """What `ask` returns for an access token with these scopes: all that the job needs, at once.

        `platform` must be detached or its transaction over; nothing is open while the platform is called.
        Raises AccessTokenRefused, AccessTokenUnavailable, and whatever `ask` raises: a ServiceRefused that
        wants a new token is tried once more with one.
        """
        wanted = tuple(scopes)
        token = self._token(platform, wanted, now)
        try:
            return ask(token)
        except ServiceRefused as refused:
            if not wants_new_token(refused.answer):
                raise
        with self.sessions() as database:
            self._tokens.drop(database, platform, wanted, token)
        return ask(self._token(platform, wanted, now))

    @property
    def _tokens(self) -> AccessTokens:
        return AccessTokens(self.outbound, self.secret_key)

    def _token(self, platform: Platform, scopes: tuple[str, ...], now: datetime) -> str:
        with self.sessions() as database:
            known = self._tokens.known(database, platform, scopes, now)
            if known is not None:
                return known
            # Only now: to unseal and load the private key costs more than all the rest of a call.
            key = ensure_signing_key(database, self.secret_key, now)
            return self._tokens.token(database, platform, scopes, key, now)
