"""The way back to the LMS: `launch_presentation.return_url` (LTI 1.3 core §5.4.7), if it is the LMS's own.

A message is signed, yet its return address may have come from somewhere else than the LMS's own settings: it
is followed only to an origin of the platform, or our page would lead people wherever a stranger wants.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lms_plugin.lti import claims as names
from lms_plugin.lti.envelope import Claims
from lms_plugin.lti.origins import is_trusted, origin_of
from lms_plugin.lti.reading import LONGEST_URL


def return_url(claims: Claims) -> str:
    """What the message says, if it may be an address at all; else empty: no reason to refuse a launch."""
    presentation: Any = claims.get(names.LAUNCH_PRESENTATION)
    url = presentation.get("return_url") if isinstance(presentation, dict) else None
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST_URL:
        return ""
    return url if url.isascii() and url.isprintable() and " " not in url and "\\" not in url else ""


def own_return_url(url: str, origins: Collection[str], trusted_hosts: Collection[str]) -> str:
    """The address if it is https (or of a trusted host) at one of these origins; empty otherwise."""
    try:
        parts = urlsplit(url)
        is_ours = origin_of(url) in origins and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if is_ours and (parts.scheme == "https" or is_trusted(url, trusted_hosts)) else ""


def with_parameters(url: str, **parameters: str) -> str:
    """The address with `lti_msg`, `lti_errormsg` and the like added to its query."""
    if not url:
        return ""
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit(parts._replace(query=query))
