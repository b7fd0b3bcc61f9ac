"""Pages that many people open alike, kept in memory as bytes with holes for what is about one person.

A page is made once for everybody to whom it says the same: rendered for a stand-in whose name, visit and way
back are random words, then cut at those words. What is kept has never held anything personal; the answer is
the pieces with the reader's own words, escaped, between them. See docs/decisions/0012-short-way-in.md.
"""

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import cast

from flask import Flask, Response, current_app, g, request
from markupsafe import escape

from lms_plugin.web.final_response import FinalResponse
from lms_plugin.web.visit import carried_secret, current_visit
from lms_plugin.web.visit_urls import STANDING_IN, chosen_language, kept_in_addresses
from lms_plugin.web.way_back import way_back

KEPT = "kept_pages"
MOST_PAGES = 256  # some 9 kB each
HTML = "text/html; charset=utf-8"
FRAMES = frozenset({"iframe", "frame", "embed", "object"})
Pieces = tuple[bytes, ...]  # every second one is the name of a hole


def _word() -> str:
    return secrets.token_hex(12)


@dataclass(slots=True)
class KeptPages:
    """The pages of one process; whichever was not read for longest goes."""

    visit: str = field(default_factory=_word)
    name: str = field(default_factory=_word)
    way_back: str = field(default_factory=_word)
    pages: OrderedDict[Hashable, Pieces] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Hashable) -> Pieces | None:
        """The pieces of a page, if they are here."""
        with self.lock:
            found = self.pages.get(key)
            if found is not None:
                self.pages.move_to_end(key)
            return found

    def keep(self, key: Hashable, page: str) -> Pieces:
        """Cuts a page that was made for the stand-in, and keeps its pieces."""
        holes = f"{self.visit}|{self.name}|{self.way_back}"
        pieces = tuple(re.split(f"({holes})".encode(), page.encode()))
        with self.lock:
            self.pages[key] = pieces
            if len(self.pages) > MOST_PAGES:
                self.pages.popitem(last=False)
        return pieces


def install_kept_pages(app: Flask) -> None:
    """One store for the application."""
    app.extensions[KEPT] = KeptPages()


def kept_page(what: Hashable, render: Callable[[], str]) -> Response | str:
    """The page that `render` makes for this visit.

    `what` names the page and all that it says of the reader's progress. Beside that, it may depend on
    language, role and frame, and show the reader's name, addresses of the visit and the way back: on nothing
    else. An address with other parameters, or a visit without a cookie, is rendered as ever.
    """
    if carried_secret() or request.args.keys() - {"lang"}:
        return render()
    kept = cast("KeptPages", current_app.extensions[KEPT])
    key = (what, *_kind_of_reader())
    pieces = kept.find(key) or kept.keep(key, _made_for_stand_in(kept, render))
    page = _filled(pieces, _personal(kept))
    return FinalResponse(page, headers={"Content-Type": HTML, "Content-Length": str(len(page))})


def is_framed() -> bool:
    """Whether the browser says that this page is shown inside another."""
    return request.headers.get("Sec-Fetch-Dest") in FRAMES


def _kind_of_reader() -> tuple[Hashable, ...]:
    visit = current_visit()
    return (
        request.path.removeprefix(f"/v/{visit.name}"),
        chosen_language(),
        kept_in_addresses(),
        visit.role,
        visit.learner_id is None,
        bool(visit.learner_name),
        bool(visit.return_url),
        visit.frame_ancestors if is_framed() else None,
    )


def _personal(kept: KeptPages) -> Mapping[bytes, bytes]:
    visit = current_visit()
    words = {kept.visit: visit.name, kept.name: visit.learner_name or "", kept.way_back: way_back()}
    return {hole.encode(): escape(word).encode() for hole, word in words.items()}


def _filled(pieces: Pieces, words: Mapping[bytes, bytes]) -> bytes:
    return b"".join(words.get(piece, piece) for piece in pieces)


def _made_for_stand_in(kept: KeptPages, render: Callable[[], str]) -> str:
    with _stand_in(kept):
        return render()


@contextmanager
def _stand_in(kept: KeptPages) -> Iterator[None]:
    visit = current_visit()
    g.visit = replace(
        visit,
        name=kept.visit,
        learner_name=visit.learner_name and kept.name,
        return_url=visit.return_url and kept.way_back,
    )
    setattr(g, STANDING_IN, kept.visit)
    try:
        yield
    finally:
        g.visit = visit
        g.pop(STANDING_IN)
