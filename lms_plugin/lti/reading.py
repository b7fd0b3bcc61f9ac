"""Reads claims by type; says which one is wrong, never what it holds (check 16)."""

from typing import Any

from lms_plugin.lti.envelope import Claims
from lms_plugin.lti.errors import ClaimInvalid, ClaimMissing

LONGEST_ID = 255
LONGEST_URL = 2000


def identifier(value: Any, name: str) -> str:
    """An id: printable ASCII, 1 to 255 characters (LTI 1.3 core §5.3); raises ClaimMissing, ClaimInvalid."""
    if value is None or value == "":
        raise ClaimMissing(name)
    found = plain_identifier(value)
    if found is None:
        raise ClaimInvalid(name)
    return found


def plain_identifier(value: Any) -> str | None:
    """The value if it can be an id, None for anything else."""
    fits = isinstance(value, str) and 0 < len(value) <= LONGEST_ID
    return value if fits and value.isascii() and value.isprintable() else None


def member(claims: Claims, name: str) -> Claims:
    """An object that may be absent (then empty); raises ClaimInvalid."""
    value = claims.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ClaimInvalid(name)
    return value


def strings(value: Any, name: str) -> tuple[str, ...]:
    """A list of strings; raises ClaimInvalid."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ClaimInvalid(name)
    return tuple(clean(item, LONGEST_URL) for item in value)


def text(claims: Claims, name: str, longest: int) -> str:
    """A text for people, shortened to what we keep; empty when absent; raises ClaimInvalid."""
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ClaimInvalid(name)
    return clean(value, longest)


def flag(claims: Claims, name: str) -> bool | None:
    """A boolean, which some LMSs write as "true" or "false"; None when absent; raises ClaimInvalid."""
    value = claims.get(name)
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
    if value is not None and not isinstance(value, bool):
        raise ClaimInvalid(name)
    return value


def url(claims: Claims, name: str) -> str | None:
    """A service address; None when absent or "" (Moodle's deleted column); raises ClaimInvalid."""
    value = text(claims, name, LONGEST_URL + 1)
    if not value:
        return None
    if len(value) > LONGEST_URL or not value.startswith(("https://", "http://")):
        raise ClaimInvalid(name)
    return value


def clean(value: str, longest: int) -> str:
    """Text that every database can store: no NUL, no half of a surrogate pair."""
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\x00", "")[:longest].strip()
