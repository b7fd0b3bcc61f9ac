"""Checking what the tool signs for us: client assertions and deep linking responses."""

from collections.abc import Sequence
from typing import Any

import jwt

from lms_plugin.rehearsal.tools import Tool, ToolKeys, ToolKeyUnavailable

_LEEWAY_SECONDS = 60


class BadToolMessage(Exception):
    """The tool's JSON web token is malformed, unsigned, out of date or not meant for us."""


def verified_claims(
    tool_keys: ToolKeys, tool: Tool, token: str, audiences: Sequence[str] | None
) -> dict[str, Any]:
    """The claims of a token `tool` signed with RS256 for one of `audiences` (None: any), at this moment.

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
            leeway=_LEEWAY_SECONDS,
            options={"require": ["iss", "exp", "iat"], "verify_aud": audiences is not None},
        )
    except ToolKeyUnavailable as error:
        raise BadToolMessage(str(error)) from error
    except jwt.PyJWTError as error:
        raise BadToolMessage(f"{type(error).__name__}: {error}") from error
    return claims


def unverified_issuer(token: str) -> str:
    """Who a token says it is from, only good for choosing whose key to check it with; raises BadToolMessage."""
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
