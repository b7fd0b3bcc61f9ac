"""Access tokens for the services: client_credentials with a signed assertion (LTI Security Framework §4)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.token_desk import Grant
from lms_plugin.rehearsal.tool_messages import BadToolMessage, unverified_issuer, verified_claims
from lms_plugin.rehearsal.tools import Tool
from lms_plugin.rehearsal.vocabulary import ASSERTION_TYPE

LIFETIME_SECONDS = 3600
FORM_TYPE = "application/x-www-form-urlencoded"
_LONGEST_ASSERTION = timedelta(hours=1)


class TokenRefused(Exception):
    """An RFC 6749 §5.2 error; `status` is what a strict LMS answers."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


def grant_token(
    installation: Installation, content_type: str | None, form: Mapping[str, str]
) -> dict[str, object]:
    """The token answer to a client_credentials request; raises TokenRefused."""
    if content_type != FORM_TYPE:
        raise TokenRefused("invalid_request", f"the body must be {FORM_TYPE}")
    if form.get("grant_type") != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "grant_type must be client_credentials")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise TokenRefused("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}")
    tool = _asserted_tool(installation, form.get("client_assertion", ""))
    scopes = tuple(scope for scope in form.get("scope", "").split() if scope in tool.scopes)
    if not scopes:
        raise TokenRefused("invalid_scope", "none of the scopes is granted to this tool")
    now = installation.now()
    grant = Grant(tool.client_id, scopes, now + timedelta(seconds=LIFETIME_SECONDS))
    return {
        "access_token": installation.tokens.issue(grant, now),
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "scope": " ".join(scopes),
    }


def _asserted_tool(installation: Installation, assertion: str) -> Tool:
    """The tool that signed the assertion, everything about it checked; raises TokenRefused."""
    try:
        tool = _active_tool(installation, unverified_issuer(assertion))
        claims = verified_claims(
            installation.tool_keys, tool, assertion, _audiences(installation), installation.now()
        )
    except BadToolMessage as error:
        raise TokenRefused("invalid_client", str(error), status=401) from error
    if claims.get("sub") != tool.client_id:
        raise TokenRefused("invalid_client", "sub must equal iss", status=401)
    _check_once(installation, tool, claims)
    return tool


def _active_tool(installation: Installation, client_id: str) -> Tool:
    tool = installation.tool(client_id)
    if tool is None or not tool.active:
        raise BadToolMessage("the client is unknown or not active")
    return tool


def _audiences(installation: Installation) -> tuple[str, ...] | None:
    profile = installation.profile
    if not profile.checks_assertion_audience:
        return None
    return (profile.assertion_audience or installation.token_url,)


def _check_once(installation: Installation, tool: Tool, claims: Mapping[str, Any]) -> None:
    now = installation.now()
    expires = datetime.fromtimestamp(claims["exp"], tz=UTC)
    if expires > now + _LONGEST_ASSERTION:
        raise TokenRefused("invalid_client", "the assertion lives longer than an hour", status=401)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise TokenRefused("invalid_client", "jti is missing", status=401)
    fresh = installation.tokens.first_time(tool.client_id, jti, expires, now)
    if not fresh and installation.profile.assertion_once:
        raise TokenRefused("invalid_client", "jti was already used", status=401)
