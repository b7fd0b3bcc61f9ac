"""Web origins (RFC 6454): who may frame our pages, where forms and links back to an LMS may lead."""

import re
from collections.abc import Collection
from typing import Protocol
from urllib.parse import urlsplit

from lms_plugin.errors import Refusal

# What may stand in a Content-Security-Policy without changing its meaning.
ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
MOST_ORIGINS = 10
HIGHEST_PORT = 65535


class OriginInvalid(Refusal):
    """Not the origin of a web site; the sentence names it and says how to write one."""

    code = "origin_invalid"


class HasOrigins(Protocol):
    """A registration, as far as its origins go."""

    @property
    def issuer(self) -> str:
        """`iss`, which is an address as a rule."""

    @property
    def auth_login_url(self) -> str:
        """Where logins go."""

    @property
    def extra_origins(self) -> str:
        """What our administrator added, space separated."""


def origins_of(platform: HasOrigins) -> tuple[str, ...]:
    """The platform's own origins: issuer, login address, those our administrator added.

    An issuer that is no address gives none.
    """
    found = (
        origin_of(platform.issuer),
        origin_of(platform.auth_login_url),
        *platform.extra_origins.split(),
    )
    return tuple(dict.fromkeys(origin for origin in found if origin))


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty when it has none that may stand in a header."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return origin if ORIGIN.fullmatch(origin) else ""


def is_trusted(url: str, trusted_hosts: Collection[str]) -> bool:
    """Whether the host, or host and port, of an address is one of COALIZIONE_TRUSTED_HOSTS."""
    parts = urlsplit(url)
    return parts.hostname in trusted_hosts or parts.netloc in trusted_hosts


def read_origins(text: str, trusted_hosts: Collection[str]) -> str:
    """The origins in a text, separated by spaces, lines or commas; raises OriginInvalid naming a bad one.

    https, or http for a trusted host; a host, a port if it is not the usual one, nothing else.
    """
    origins = tuple(dict.fromkeys(part.rstrip("/") for part in re.split(r"[\s,]+", text) if part))
    if len(origins) > MOST_ORIGINS:
        raise OriginInvalid(f"at most {MOST_ORIGINS} origins")
    return " ".join(_checked(origin, trusted_hosts) for origin in origins)


def _checked(origin: str, trusted_hosts: Collection[str]) -> str:
    found = origin_of(origin)
    is_one = bool(found) and found == origin.lower() and _port_is_one(found)
    if is_one and (found.startswith("https:") or is_trusted(found, trusted_hosts)):
        return found
    raise OriginInvalid(f"{origin[:100]!r} is not an origin such as https://scuola.instructure.com")


def _port_is_one(origin: str) -> bool:
    try:
        return urlsplit(origin).port != 0
    except ValueError:
        return False
