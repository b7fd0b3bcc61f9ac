"""BigBlueButton's XML answers, read from a server that may be hostile: no DOCTYPE, hence no entities."""

from datetime import UTC, datetime, timedelta
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from webinar_connector.providers.errors import (
    AuthError,
    ConfigError,
    ConflictError,
    NotFoundError,
    ProviderError,
    TemporaryError,
    UnsupportedError,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAXIMUM_DEPTH = 40

# Case differs between versions: compared in lower case (video.md §1.9).
ERROR_OF: dict[str, type[ProviderError]] = {
    "checksumerror": AuthError,
    "invalidpassword": AuthError,
    "notfound": NotFoundError,
    "invalidmeetingidentifier": NotFoundError,
    "internalerror": TemporaryError,
    "meetingforciblyended": TemporaryError,
    "maxconcurrent": TemporaryError,
    "unsupportedrequest": UnsupportedError,
    "unsupportedrequestmethod": UnsupportedError,
    "unsupportedcontenttype": UnsupportedError,
}


def parse(body: bytes) -> Element:
    """The root of an answer; ConfigError when it is not the XML of a BigBlueButton server."""
    try:
        root = _tree(body)
    except (expat.ExpatError, ValueError, LookupError) as wrong:
        raise ConfigError(
            f"the answer is not BigBlueButton XML ({type(wrong).__name__})", "not_xml"
        ) from None
    if root.tag != "response" or root.find("returncode") is None:
        raise ConfigError("the answer is XML but not BigBlueButton's", "not_bigbluebutton")
    return root


def successful(root: Element) -> Element:
    """The same root when the call succeeded; otherwise the typed error of its message key."""
    if text(root, "returncode") == "SUCCESS":
        return root
    key = text(root, "messageKey")
    kind = ERROR_OF.get(key.lower(), ConflictError)
    raise kind(f"the platform refused: {key[:64] or 'no reason given'}", key[:64])


def text(node: Element, path: str) -> str:
    """The stripped text of a child, empty when it is missing."""
    return (node.findtext(path) or "").strip()


def flag(node: Element, path: str) -> bool:
    """A boolean child; they come as the strings true and false."""
    return text(node, path).lower() == "true"


def moment(milliseconds: str) -> datetime:
    """An instant from epoch milliseconds, exact; ConfigError when it is not a plausible number."""
    try:
        return EPOCH + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError):
        raise ConfigError("the answer holds an impossible time", "bad_time") from None


def milliseconds(at: datetime) -> int:
    """Epoch milliseconds of an instant, without passing through a float."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def _tree(body: bytes) -> Element:
    builder, parser, depth = TreeBuilder(), expat.ParserCreate(), 0

    def refuse(*_: object) -> NoReturn:
        raise ValueError("a DOCTYPE is never part of an answer")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAXIMUM_DEPTH:
            raise ValueError("nested too deeply")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.Parse(body, True)  # noqa: FBT003 — expat takes it by position only
    return builder.close()
