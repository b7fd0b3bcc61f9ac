"""The web origins of an LMS: who may frame our pages, and where our forms may lead."""

import re
from urllib.parse import urlsplit

from lms_plugin.lti.known import KnownPlatform

# What may stand in a Content-Security-Policy without changing its meaning.
ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def origins_of(platform: KnownPlatform) -> tuple[str, ...]:
    """Origins of the issuer and of the login address; an issuer that is no address gives none."""
    found = (_origin(platform.issuer), _origin(platform.auth_login_url))
    return tuple(dict.fromkeys(origin for origin in found if origin))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if ORIGIN.fullmatch(origin) else ""
