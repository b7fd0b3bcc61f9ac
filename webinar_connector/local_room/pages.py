"""HTML of the room: templates filled with escaped text only."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from aiohttp import web

from webinar_connector.local_room.meetings import Attendee, Meeting

FOLDER = Path(__file__).parent / "templates"
TEMPLATES = {path.stem: Template(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.html"))}


def fill(template: str, raw: dict[str, str] | None = None, /, **texts: str) -> str:
    """A filled template; `texts` are escaped here, `raw` is HTML made by this module."""
    return TEMPLATES[template].substitute(
        {**{name: escape(text) for name, text in texts.items()}, **(raw or {})}
    )


def html(title: str, body: str, *, head: str = "", status: int = 200, logout_url: str = "") -> web.Response:
    """A whole page with its headers; `logout_url` is where its forms may lead besides this room."""
    page = fill("layout", {"body": body, "head": head}, title=title)
    response = web.Response(text=page, content_type="text/html", charset="utf-8", status=status)
    response.headers["Content-Security-Policy"] = _policy(logout_url)
    return response


def people(meeting: Meeting) -> str:
    """The list of who is inside, as HTML items."""
    return "".join(_item(attendee) for attendee in meeting.inside)


def _item(attendee: Attendee) -> str:
    role = "<span> (conduce)</span>" if attendee.role == "moderator" else ""
    return f"<li>{escape(attendee.name)}{role}</li>"


def origin(url: str) -> str:
    """Scheme, host and port of an address that was accepted, empty when it is unfit for a header."""
    parts = urlsplit(url)
    found = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return found if url and found.isascii() and not set(found) & set(" ;,'\"\r\n\t*") else ""


def _policy(logout_url: str) -> str:
    # Browsers apply form-action to the redirect that follows a form too: leaving leads to the logout address.
    forms = f"'self' {origin(logout_url)}".strip()
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"frame-src 'self'; base-uri 'none'; frame-ancestors 'self'; form-action {forms}"
    )
