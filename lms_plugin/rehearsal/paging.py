"""One page of a longer list, and the Link header that leads to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lms_plugin.rehearsal.quirks import Relation

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    links: tuple[Relation, ...]


def page_of(items: Sequence[T], address: str, *, largest: int) -> Page[T]:
    """The page that the query of `address` (limit, from) asks for; raises ValueError on nonsense numbers.

    Without `limit` the page holds `largest`; a page that is not the last has a `next` relation.
    """
    query = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    limit = min(_natural(query.get("limit", str(largest)), least=1), largest)
    start = _natural(query.get("from", "0"), least=0)
    following = start + limit
    if "limit" not in query and following >= len(items):
        return Page(items[start:], ())
    links = [("first", _at(address, query, limit, 0))]
    if following < len(items):
        links.append(("next", _at(address, query, limit, following)))
    return Page(items[start:following], tuple(links))


def _natural(text: str, *, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ValueError(f"{text!r} is not a whole number of at least {least}")
    return int(text)


def _at(address: str, query: dict[str, str], limit: int, start: int) -> str:
    changed = {**query, "limit": str(limit), "from": str(start)}
    return urlunsplit(urlsplit(address)._replace(query=urlencode(changed)))
