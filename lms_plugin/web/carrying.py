"""Carries a visit from page to page where no cookie lives: fields in forms, tickets in addresses, one script.

The script (`static/carry.js`) asks here for a ticket before it follows a link; redirects get theirs on the
way out.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask, Response, g, jsonify, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from lms_plugin.extensions import db
from lms_plugin.people.role import EVERYBODY
from lms_plugin.storage import writing
from lms_plugin.web.access import is_for_visits, visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.visit import SECRET_FIELD, TICKET, carried_secret, current_visit, issue_ticket
from lms_plugin.web.visit_urls import visit_blueprint

blueprint = visit_blueprint("carrying", __name__)
HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


@dataclass(frozen=True, slots=True)
class Carried:
    """What the script of a page is told: the visit, its secret unless it was not found, where to ask."""

    visit: str
    secret: str
    ticket_address: str


@blueprint.post("/ticket")
@visitors(*EVERYBODY)
def ticket() -> Response:
    """A ticket for the page at `path`, as JSON; null when that page needs none."""
    wanted = bool(carried_secret()) and is_for_visits(request.form.get("path", ""))
    return jsonify(ticket=_new_ticket() if wanted else None)


def _new_ticket() -> str:
    with writing(db.session()) as database:
        return issue_ticket(database, current_visit(), now())


def with_ticket(address: str) -> str:
    """The address of one of our pages, with a ticket where the visit of this request is carried."""
    parts = urlsplit(address)
    ours = not parts.netloc or address.startswith(f"{settings().public_url}/")
    if not carried_secret() or not ours or not is_for_visits(parts.path):
        return address
    query = [*parse_qsl(parts.query, keep_blank_values=True), (TICKET, _new_ticket())]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _ticket_to_redirect(response: Response) -> Response:
    if carried_secret() and response.location:
        response.location = with_ticket(response.location)
    return response


def proof_field() -> Markup:
    """The hidden field by which a form of this page proves where it comes from."""
    if carried_secret():
        return HIDDEN.format(SECRET_FIELD, carried_secret())
    return HIDDEN.format("csrf_token", generate_csrf())


def carried() -> Carried | None:
    """What to tell the script of this page; None where a cookie does it all."""
    if carried_secret() and "visit" in g:
        return _told(current_visit().name, carried_secret())
    if request.method == "GET" and "visit_missing" in g:
        return _told(g.visit_missing, "")
    return None


def _told(name: str, secret: str) -> Carried:
    return Carried(name, secret, url_for("carrying.ticket", visit=name))


def install_carrying(app: Flask) -> None:
    """Adds tickets to redirects, and what templates need."""
    app.after_request(_ticket_to_redirect)
    tools: dict[str, Any] = {"proof_field": proof_field, "with_ticket": with_ticket, "carried": carried}
    app.jinja_env.globals.update(tools)
