"""The installation behind the request being answered, and guards shared by the pages."""

from ipaddress import ip_address
from typing import cast

from flask import Flask, abort, current_app, request

from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.people import PEOPLE, User

_KEY = "practice-lms"


def place(app: Flask, installation: Installation) -> None:
    app.extensions[_KEY] = installation


def installation_of(app: Flask) -> Installation:
    return cast("Installation", app.extensions[_KEY])


def here() -> Installation:
    return installation_of(current_app)


def person(user_id: str) -> User:
    """The person a page is seen as; an unknown name is a page that does not exist."""
    if user_id not in PEOPLE:
        abort(404)
    return PEOPLE[user_id]


def require_administrator(user: User) -> None:
    if not user.is_administrator:
        abort(403)


def require_loopback() -> None:
    """Switches that tests turn answer only to this machine."""
    address = request.remote_addr
    if address is None or not ip_address(address).is_loopback:
        abort(403)


def refuse_other_origins() -> None:
    """There are no sessions to protect with a token, so forms are accepted from our own pages only."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {here().settings.url, request.host_url.rstrip("/")}:
        abort(403)
