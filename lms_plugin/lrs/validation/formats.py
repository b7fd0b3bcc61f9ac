"""The strings of xAPI that have a format of their own, and the maps with such keys (1.0.3 Data 4)."""

from typing import Annotated, Any

from lms_plugin.lrs.validation.checks import Invalid, text_format, wrong_type
from lms_plugin.lrs.validation.fitting import check_of
from lms_plugin.records.statement_form import read_instant

DEEPEST = 100  # levels inside an extension: whoever reads statements again has a stack that ends somewhere
_PRIVATE = r"x(?:-[a-z0-9]{1,8})+"
_LANGUAGE_TAG = (
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language, with extended languages
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    rf"(?:-[0-9a-wy-z](?:-[a-z0-9]{{2,8}})+)*(?:-{_PRIVATE})?"  # extensions, private use
)
_REGISTERED_BEFORE = r"i-[a-z]{2,8}|en-GB-oed|sgn-(?:BE-FR|BE-NL|CH-DE)"
_COUNT = r"[0-9]+(?:[.,][0-9]+)?"
_FRACTION_BEFORE_THE_END = r"[^.,]*[.,][0-9]+[A-Z].*[0-9]"
_DURATION = (
    rf"(?!{_FRACTION_BEFORE_THE_END})P(?:{_COUNT}W|(?=[0-9T])(?:{_COUNT}Y)?(?:{_COUNT}M)?(?:{_COUNT}D)?"
    rf"(?:T(?=[0-9])(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}S)?)?)"
)

Uuid = Annotated[
    str,
    text_format(
        r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "must be a UUID in its usual form, with dashes",
    ),
]
Iri = Annotated[
    str,
    text_format(
        r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f<>\"{}|\\^`\ud800-\udfff]+",
        "must be an absolute IRI, scheme included",
    ),
]
Mbox = Annotated[
    str, text_format(r"mailto:[^\s\x00-\x1f<>\"@]+@[^\s\x00-\x1f<>\"@]+", "must be mailto: and one address")
]
Sha1 = Annotated[str, text_format(r"[0-9a-fA-F]{40}", "must be 40 hexadecimal digits")]
Sha2 = Annotated[
    str,
    text_format(
        r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}",
        "must be a SHA-2 hash in hexadecimal digits",
    ),
]
LanguageTag = Annotated[
    str,
    text_format(
        rf"(?ai:{_LANGUAGE_TAG}|{_PRIVATE}|{_REGISTERED_BEFORE})", "must be a language tag as in RFC 5646"
    ),
]
_NAME_OF_TYPE = r"[^\s\x00-\x1f\x7f/;]+"
ContentType = Annotated[
    str,
    text_format(
        rf"{_NAME_OF_TYPE}/{_NAME_OF_TYPE}(?:[ \t]*;[^\x00-\x08\x0a-\x1f\x7f]*)?",
        "must be an Internet media type",
    ),
]
Duration = Annotated[
    str,
    text_format(
        _DURATION, "must be an ISO 8601 duration such as PT12M30S, with a fraction at most in its last number"
    ),
]
Version = Annotated[str, text_format(r"[12]\.0(?:\.[0-9]+)?", "must be a version 1.0.x or 2.0.x")]
LanguageMap = dict[LanguageTag, str]
Extensions = dict[Iri, Any]

uuid, iri = check_of(Uuid), check_of(Iri)


def timestamp(value: Any) -> None:
    """Raises Invalid unless it is an ISO 8601 date and time (Data 4.5)."""
    if type(value) is not str:
        raise wrong_type(value, str)
    try:
        read_instant(value)
    except ValueError as error:
        raise Invalid(
            "must be an ISO 8601 date and time such as 2026-11-23T09:00:00Z; -00:00 is no zone"
        ) from error


def bounded(extensions: dict[str, Any]) -> None:
    """Raises Invalid when one of the values is nested too deeply; they may be anything else (Data 4.1)."""
    for key, value in extensions.items():
        if type(value) in _HOLDERS and _deeper_than(DEEPEST, value):
            raise Invalid(f"must not have more than {DEEPEST} levels").below("extensions", key)


_HOLDERS = (dict, list)


def _deeper_than(levels: int, value: Any) -> bool:
    members = value.values() if type(value) is dict else value
    holders = [one for one in members if type(one) in _HOLDERS]
    return bool(holders) and (levels == 1 or any(_deeper_than(levels - 1, one) for one in holders))
