"""A lesson's Markdown as safe HTML: one h1 a page, tables that scroll by keyboard, links that say more."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import escape

from course_content.lexicon import Lexicon
from lms_plugin.modules.lesson_calls import call_facts, link_terms

TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote",
    "hr", "br", "a", "img", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "th": {"scope"}, "ol": {"start"}}
INSIDE = frozenset({"lesson", "simulation", "module", "webinar", "session", "glossary"})
"""Link schemes that name an activity; the page that shows the text turns them into addresses."""
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_INSIDE_LINK = re.compile(r'<a href="(lesson|simulation|module|webinar|session|glossary):([A-Za-z0-9-]+)"')
_OUTSIDE_LINK = re.compile(r'<a href="(https?://[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the text to an activity."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second level and what follows it, safe; the first section may have no heading."""

    anchor: str
    title: str
    html: str


NO_LEXICON = Lexicon()


@lru_cache(maxsize=512)
def sections(
    revision: str, body: str, lexicon: Lexicon = NO_LEXICON, doubtful: frozenset[str] = frozenset()
) -> tuple[Section, ...]:
    """The body in sections of safe HTML, cached for each revision of the module.

    `doubtful` are the ids of facts that readers must be told to check.
    """
    del revision
    tokens = _parser.parse(body)
    call_facts(tokens, lexicon, doubtful)
    link_terms(tokens, lexicon)
    _shift_headings(tokens)
    anchors: set[str] = set()
    return tuple(_section(part, anchors) for part in _split(tokens))


def links(html: str) -> Iterator[Link]:
    """The links of a section to activities."""
    for found in _INSIDE_LINK.finditer(html):
        yield Link(found[1], found[2])


def with_addresses(html: str, addresses: dict[Link, str]) -> str:
    """The section with the address of every activity it links; addresses must be escaped for an attribute."""
    return _INSIDE_LINK.sub(lambda found: f'<a href="{addresses[Link(found[1], found[2])]}"', html)


def _shift_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        # The page has its own h1.
        token.tag = f"h{min(6, int(token.tag[1]) - highest + 2)}"


def _split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2" and part:
            yield part
            part = []
        part.append(token)
    if part:
        yield part


def _section(tokens: list[Token], anchors: set[str]) -> Section:
    headed = tokens[0].type == "heading_open" and tokens[0].tag == "h2"
    title = "".join(child.content for child in tokens[1].children or ()) if headed else ""
    anchor = slug(title)
    while anchor in anchors:
        anchor += "-bis"
    anchors.add(anchor)
    rendered = _parser.renderer.render(tokens[3:] if headed else tokens, _parser.options, {})
    safe = nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto", "tel", *INSIDE},
        link_rel=None,
    )
    return Section(anchor, title, _finished(safe, title))


def slug(title: str) -> str:
    """A heading as the name of its place in the page."""
    return re.sub(r"[^a-z0-9àèéìòù]+", "-", title.lower()).strip("-") or "testo"


def _finished(html: str, title: str) -> str:
    html = html.replace("<th>", '<th scope="col">')
    numbered = iter(range(1, html.count("<table>") + 1))
    html = _TABLE.sub(lambda found: _scroller(found[0], title, next(numbered)), html)
    return _OUTSIDE_LINK.sub(_outside, html)


def _scroller(table: str, title: str, number: int) -> str:
    label = escape(f"Tabella {number}: {title}" if title else f"Tabella {number}")
    inner = table.replace("<table>", '<table class="table">')
    return f'<div class="table-scroller" role="region" tabindex="0" aria-label="{label}">{inner}</div>'


def _outside(found: re.Match[str]) -> str:
    # In an LMS's frame most sites refuse to open: a new tab, and the words say so.
    said = '<span class="visually-hidden"> (si apre in una nuova scheda)</span>'
    opening = f'<a href="{found[1]}"{found[2]} target="_blank" rel="external noopener noreferrer">'
    return f"{opening}{found[3]}{said}</a>"
