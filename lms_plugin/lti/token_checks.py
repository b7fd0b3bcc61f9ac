"""Checks 7 to 11: for us, now, and in answer to our question (OIDC Core §3.1.3.7)."""

import math
from datetime import datetime, timedelta
from typing import Any

from lms_plugin.lti import errors
from lms_plugin.lti.envelope import Claims
from lms_plugin.lti.fingerprints import same

LEEWAY = timedelta(seconds=60).total_seconds()  # Moodle's tokens live 60 seconds, and servers' clocks differ
LONGEST_AGE = timedelta(minutes=10).total_seconds()
LONGEST_NONCE = 255
LONGEST_SKEW = 1e9  # seconds: beyond that it is not a clock


def check_audience(claims: Claims, client_id: str) -> None:
    """Checks 7 and 8; raises AudienceMismatch, AuthorizedPartyMismatch."""
    audience = claims.get("aud")
    if audience not in (client_id, [client_id]):  # any further audience is one that nobody vouches for
        raise errors.AudienceMismatch
    if claims.get("azp", client_id) != client_id:
        raise errors.AuthorizedPartyMismatch


def check_times(claims: Claims, now: datetime) -> None:
    """Checks 9 and 10; raises TokenExpired, TokenNotYetValid, TokenTooOld."""
    moment = now.timestamp()
    expires, issued = _instant(claims.get("exp")), _instant(claims.get("iat"))
    begins = _instant(claims.get("nbf", 0))
    if expires is None or moment >= expires + LEEWAY:
        raise errors.TokenExpired
    if issued is None or begins is None or max(issued, begins) > moment + LEEWAY:
        raise errors.TokenNotYetValid
    if moment - issued > LONGEST_AGE:
        raise errors.TokenTooOld


def _instant(value: Any) -> float | None:
    """A NumericDate (RFC 7519 §2); None for anything else, among them `true`, which Python takes for 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None


def check_nonce(claims: Claims, expected: str) -> None:
    """Check 11, its first half; raises NonceMismatch."""
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or len(nonce) > LONGEST_NONCE or not same(nonce, expected):
        raise errors.NonceMismatch


def skew(claims: Claims, now: datetime) -> int | None:
    """Whole seconds by which the LMS's clock is ahead of ours, less what the message took to come here."""
    issued = _instant(claims.get("iat"))
    if issued is None:
        return None
    return round(max(-LONGEST_SKEW, min(issued - now.timestamp(), LONGEST_SKEW)))
