"""The strings of xAPI that have a format of their own (1.0.3 Data 4)."""

import re
from typing import Any

from lms_plugin.lrs.validation.checks import Invalid, anything, map_of, pattern, text, wrong_type
from lms_plugin.records.statement_form import read_instant

_PRIVATE = r"x(?:-[a-z0-9]{1,8})+"
_LANGUAGE_TAG = (
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language, with extended languages
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    rf"(?:-[0-9a-wy-z](?:-[a-z0-9]{{2,8}})+)*(?:-{_PRIVATE})?"  # extensions, private use
)
_REGISTERED_BEFORE = r"i-[a-z]{2,8}|en-GB-oed|sgn-(?:BE-FR|BE-NL|CH-DE)"
_COUNT = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    rf"P(?:{_COUNT}W|(?=[0-9T])(?:{_COUNT}Y)?(?:{_COUNT}M)?(?:{_COUNT}D)?"
    rf"(?:T(?=[0-9])(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}S)?)?)"
)
_FRACTION_BEFORE_THE_END = re.compile(r"[.,][0-9]+[A-Z].*[0-9]")

uuid = pattern(
    re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "must be a UUID in its usual form, with dashes",
)
iri = pattern(
    re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f<>\"{}|\\^`\ud800-\udfff]+"),
    "must be an absolute IRI, scheme included",
)
mbox = pattern(
    re.compile(r"mailto:[^\s\x00-\x1f<>\"@]+@[^\s\x00-\x1f<>\"@]+"),
    "must be mailto: and one address",
)
sha1 = pattern(re.compile(r"[0-9a-fA-F]{40}"), "must be 40 hexadecimal digits")
sha2 = pattern(
    re.compile(r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}"),
    "must be a SHA-2 hash in hexadecimal digits",
)
language_tag = pattern(
    re.compile(rf"{_LANGUAGE_TAG}|{_PRIVATE}|{_REGISTERED_BEFORE}", re.IGNORECASE | re.ASCII),
    "must be a language tag as in RFC 5646",
)
content_type = pattern(re.compile(r"[^\s/;]+/[^\s/;]+(?:\s*;.*)?"), "must be an Internet media type")
_duration_shape = pattern(_DURATION, "must be an ISO 8601 duration such as PT12M30S")
language_map = map_of(language_tag, text)
extensions = map_of(iri, anything)


def duration(value: Any) -> None:
    """An ISO 8601 duration of section 4.4.3.2, with a fraction at most in its last number."""
    _duration_shape(value)
    if _FRACTION_BEFORE_THE_END.search(value):
        raise Invalid("may have a fraction only in its smallest unit")


def timestamp(value: Any) -> None:
    """An ISO 8601 date and time."""
    if type(value) is not str:
        raise wrong_type(value, str)
    try:
        read_instant(value)
    except ValueError as error:
        raise Invalid(
            "must be an ISO 8601 date and time such as 2026-11-23T09:00:00Z; -00:00 is no zone"
        ) from error
