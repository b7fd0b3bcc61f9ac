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
UNAUTHORIZED = 401
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


@dataclass(frozen=True, slots=True)
class ServiceCalls:
    """Gives a token to whoever calls a service, and a new one, once, when the platform refuses the first."""

    outbound: Outbound
    secret_key: str
    sessions: sessionmaker[Session]

    def call(self, platform: Platform, scopes: Iterable[str], ask: Callable[[str], T], now: datetime) -> T:
        """What `ask` returns for an access token with these scopes: all that the job needs, at once.

        `platform` must be detached or its transaction over; nothing is open while the platform is called.
        Raises AccessTokenRefused, AccessTokenUnavailable, and whatever `ask` raises: ServiceRefused with 401
        is tried once more with a new token.
        """
        wanted = tuple(scopes)
        token = self._token(platform, wanted, now)
        try:
            return ask(token)
        except ServiceRefused as refused:
            if refused.status != UNAUTHORIZED:
                raise
        with self.sessions() as database:
            self._tokens.drop(database, platform, wanted, token)
        return ask(self._token(platform, wanted, now))

    @property
    def _tokens(self) -> AccessTokens:
        return AccessTokens(self.outbound, self.secret_key)

    def _token(self, platform: Platform, scopes: tuple[str, ...], now: datetime) -> str:
        with self.sessions() as database:
            key = ensure_signing_key(database, self.secret_key, now)
            return self._tokens.token(database, platform, scopes, key, now)
