"""The first half of a self-test: the LMS's keys, its clock, an access token, its roster."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime

from lms_plugin.lti.access_tokens import (
    AccessTokenRefused,
    AccessTokenUnavailable,
    ask_for_token,
    audience_of,
    granted,
)
from lms_plugin.lti.jwks import KeySetMalformed, read_key_set
from lms_plugin.lti.key_sets import LARGEST_KEY_SET, MAX_AGE
from lms_plugin.lti.launch_history import SKEW_TO_WARN
from lms_plugin.lti.nrps import CONTAINER_TYPE, LARGEST_PAGE, roster_address
from lms_plugin.lti.paging import related
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.self_test.line import (
    LONGEST_TOLD,
    Line,
    Step,
    Verdict,
    call_failed,
    failed,
    impossible,
    passed,
)
from lms_plugin.lti.self_test.place import NOWHERE, Place
from lms_plugin.lti.service_call import ServiceRefused, accepted
from lms_plugin.lti.tool_keys import SigningKey
from lms_plugin.outbound import Answer, Outbound, OutboundFailed, OutboundRefused

FIRST_PEOPLE = 50
SCOPE_ROOT = "https://purl.imsglobal.org/spec/"


def try_keys(outbound: Outbound, platform: Platform, last_kid: str) -> tuple[Line, Answer | None]:
    """Whether the LMS's key set can be read and used; `last_kid` signed its last launch, if there was one."""
    try:
        answer = accepted(outbound.get(platform.jwks_url, {"Accept": "application/json"}, LARGEST_KEY_SET))
    except (ServiceRefused, OutboundFailed, OutboundRefused) as error:
        return call_failed(Step.KEYS, error), None
    return _keys(answer, last_kid), answer


def _keys(answer: Answer, last_kid: str) -> Line:
    try:
        keys = read_key_set(answer.body.decode())
    except (KeySetMalformed, UnicodeDecodeError):
        return failed(Step.KEYS, "unreadable")
    if not keys:
        return failed(Step.KEYS, "no_usable_key")
    if last_kid and last_kid not in keys:
        return failed(Step.KEYS, "last_key_gone", keys=len(keys), kid=last_kid)
    told = MAX_AGE.search(answer.headers.get("cache-control", "").lower())
    facts = {"keys": len(keys)} | ({"max_age": int(told[1])} if told else {})
    return Line(Step.KEYS, Verdict.OK, "ok", facts)


def try_clock(answer: Answer | None, now: datetime) -> Line:
    """How far the LMS's clock is from ours, by the `Date` of its answer (RFC 9110 §6.6.1)."""
    try:
        told = parsedate_to_datetime(answer.headers["date"]) if answer else None
    except (KeyError, ValueError):
        told = None
    if told is None or told.tzinfo is None:
        return impossible(Step.CLOCK, "no_date")
    seconds = round((told - now).total_seconds())
    if abs(seconds) > SKEW_TO_WARN:
        return failed(Step.CLOCK, "clock_off", seconds=seconds)
    return passed(Step.CLOCK, seconds=seconds)


def try_token(
    outbound: Outbound, platform: Platform, scopes: frozenset[str], key: SigningKey, now: datetime
) -> tuple[list[Line], str]:
    """Whether the LMS gives a token for these scopes, and which of them; the token, empty for none."""
    if not scopes:
        return [impossible(Step.TOKEN, "no_scope"), impossible(Step.SCOPES, "no_scope")], ""
    audience = audience_of(platform)
    try:
        answer = ask_for_token(outbound, platform, " ".join(sorted(scopes)), key, now)
        token, life = granted(answer)
    except AccessTokenRefused as refused:
        code, told = _refusal(refused.answer), refused.answer[:LONGEST_TOLD]
        line = failed(Step.TOKEN, code, status=refused.status, told=told, audience=audience)
        return [line, _untold()], ""
    except AccessTokenUnavailable as error:
        return [failed(Step.TOKEN, "unreachable", told=str(error)[:LONGEST_TOLD]), _untold()], ""
    given = json.loads(answer.body)
    kind, seconds = str(given.get("token_type", "")), int(life.total_seconds())
    line = passed(Step.TOKEN, seconds=seconds, kind=kind, audience=audience)
    return [line, _scopes(given.get("scope"), scopes)], token


def _untold() -> Line:
    return impossible(Step.SCOPES, "no_token")


def _refusal(told: str) -> str:
    """The OAuth error that has a fix of its own (RFC 6749 §5.2), or the general one."""
    known = ("invalid_client", "invalid_scope", "unsupported_grant_type", "invalid_request")
    return next((f"token_{name}" for name in known if name in told), "token_refused")


def _scopes(told: object, asked: frozenset[str]) -> Line:
    if not isinstance(told, str):  # optional when all was granted (RFC 6749 §5.1)
        return passed(Step.SCOPES, scopes=", ".join(sorted(map(_short, asked))))
    missing = asked - set(told.split())
    if missing:
        return failed(Step.SCOPES, "scopes_missing", missing=", ".join(sorted(map(_short, missing))))
    return passed(Step.SCOPES, scopes=", ".join(sorted(map(_short, asked))))


def _short(scope: str) -> str:
    """A scope without what all of them begin with."""
    return scope.removeprefix(SCOPE_ROOT).replace("/scope/", " ")


def try_roster(outbound: Outbound, place: Place, token: str) -> Line:
    """Whether the roster of the course comes; only people are counted, nothing of them is kept or shown."""
    if not place.memberships_url:
        return impossible(Step.ROSTER, "no_launch" if place == NOWHERE else "no_roster")
    if not token:
        return impossible(Step.ROSTER, "no_token")
    headers = {"Authorization": f"Bearer {token}", "Accept": CONTAINER_TYPE}
    try:
        address = roster_address(place.memberships_url, limit=str(FIRST_PEOPLE))
        answer = accepted(outbound.get(address, headers, LARGEST_PAGE))
    except (ServiceRefused, OutboundFailed, OutboundRefused, ValueError) as error:
        return call_failed(Step.ROSTER, error)
    return _counted(answer, address)


def _counted(answer: Answer, address: str) -> Line:
    try:
        members = json.loads(answer.body)["members"]
        people = len(members) if isinstance(members, list) else -1
        more = related(answer.headers.get("link", ""), "next", address) is not None
    except (ValueError, KeyError, TypeError, RecursionError):  # ValueError: the next address is none, too
        people, more = -1, False
    if people < 0:
        return failed(Step.ROSTER, "unreadable")
    return passed(Step.ROSTER, "more_people" if more else "ok", people=people)
