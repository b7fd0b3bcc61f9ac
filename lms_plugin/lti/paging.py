"""Long answers that come in pages: the `Link` header of AGS and NRPS, read as tolerantly as LMSs write it.

Moodle puts typographic quotes around the relation and `&amp;` into the address; cursors of others are
case-sensitive, so an address is never changed otherwise.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from lms_plugin.lti.service_call import accepted
from lms_plugin.outbound import Answer

MOST_PAGES = 100
LONGEST_HEADER = 16_384
# One entry: an address and what is said about it, up to the next address.
ENTRY = re.compile(r"<([^<>]*)>([^<]*)")
RELATION = re.compile(r"\brel\s*=\s*([^;,]*)", re.ASCII | re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}


class BadPaging(Exception):
    """The pages lead to another host, or never end: what was read so far is not the whole."""


def related(header: str, relation: str, base: str) -> str | None:
    """The absolute address with this relation (`next`, `differences`) in a `Link` header (RFC 8288)."""
    # ASCII word boundaries: UTF-8 quotes arrive as Latin-1 letters, and these must not join the word.
    wanted = re.compile(rf"\b{re.escape(relation)}\b", re.ASCII | re.IGNORECASE)
    for entry in ENTRY.finditer(header[:LONGEST_HEADER]):
        said = RELATION.search(entry[2])
        if said and wanted.search(said[1]):
            address = str(entry[1])
            return urljoin(base, address.strip().replace("&amp;", "&"))
    return None


def pages(fetch: Callable[[str], Answer], url: str) -> Iterator[Answer]:
    """Every page from the first on; `fetch` asks one address. Ends where a page leads back to an earlier one.

    Raises ServiceRefused for a page that is not 2xx, and BadPaging: an access token must not go to another
    host, and half a list must not be taken for the whole.
    """
    origin, seen, following = origin_of(url), set[str](), url
    while following not in seen:
        if len(seen) >= MOST_PAGES:
            raise BadPaging(f"more than {MOST_PAGES} pages")
        seen.add(following)
        answer = accepted(fetch(following))
        yield answer
        after = related(answer.headers.get("link", ""), "next", following)
        if after is None:
            return
        if origin_of(after) != origin:
            raise BadPaging("the next page is at another host")
        following = after


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address; the port of a broken one is None."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None
    return parts.scheme, parts.hostname or "", port
