"""Checking what the tool signs for us: client assertions and deep linking responses."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jwt

from lms_plugin.rehearsal.tools import Tool, ToolKeys, ToolKeyUnavailable

_LEEWAY_SECONDS = 60


class BadToolMessage(Exception):
    """The tool's JSON web token is malformed, unsigned, out of date or not meant for us."""


def verified_claims(
    tool_keys: ToolKeys, tool: Tool, token: str, audiences: Sequence[str] | None, now: datetime
) -> dict[str, Any]:
    """The claims of a token `tool` signed with RS256 for one of `audiences` (None: any), in force at `now`.

    Raises BadToolMessage; the signature is checked before anything in the token is believed.
    """
    try:
        key = tool_keys.find(tool.jwks_url, _kid(token))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            issuer=tool.client_id,
            audience=list(audiences) if audiences is not None else None,
            options={
                "require": ["iss", "exp", "iat"],
                "verify_aud": audiences is not None,
                # The dates are compared with our own clock below, not with that of the machine.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except ToolKeyUnavailable as error:
        raise BadToolMessage(str(error)) from error
    except jwt.PyJWTError as error:
        raise BadToolMessage(f"{type(error).__name__}: {error}") from error
    _check_dates(claims, now)
    return claims


def _check_dates(claims: Mapping[str, object], now: datetime) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        raise BadToolMessage("iat and exp must be numbers")
    if expires + _LEEWAY_SECONDS <= now.timestamp():
        raise BadToolMessage("Expired token")
    if issued - _LEEWAY_SECONDS > now.timestamp():
        raise BadToolMessage("the token was issued in the future")


def unverified_issuer(token: str) -> str:
    """Who a token says it is from, good only for choosing the key to check; raises BadToolMessage."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise BadToolMessage("not a JSON web token") from error
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) else ""


def _kid(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise BadToolMessage("not a JSON web token") from error
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise BadToolMessage("kid must be provided in JWT header")
    return kid
