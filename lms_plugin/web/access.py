"""Who may call each route: declared on the view, enforced before it runs, refused when undeclared."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException

from lms_plugin.extensions import db
from lms_plugin.people.role import LAUNCHED_ROLES, Role
from lms_plugin.web.clock import now
from lms_plugin.web.headers import allow_framing, frame_by_visit
from lms_plugin.web.visit import VisitForbidden, load_visit

View = TypeVar("View", bound=Callable[..., Any])


class Door(Enum):
    """How a caller proves the right to call; the view itself checks all but VISIT."""

    PUBLIC = "anybody"
    LTI_MESSAGE = "whoever carries a message signed by a registered LMS"
    ONE_TIME_LINK = "whoever holds a one-time link"
    LRS_CREDENTIAL = "an LRS client by HTTP Basic"
    METRICS_TOKEN = "a monitoring system by its bearer token"  # noqa: S105 - the name of a door
    PROVIDER_SIGNATURE = "a video platform by its signature"
    VISIT = "somebody whose visit plays one of the roles"


@dataclass(frozen=True, slots=True)
class Access:
    """The declaration on a view."""

    door: Door
    roles: frozenset[Role] = frozenset()


def open_to(door: Door) -> Callable[[View], View]:
    """Declares a view that is open by this door."""
    return _declare(Access(door))


def visitors(*roles: Role) -> Callable[[View], View]:
    """Declares a view for visits in one of these roles."""
    return _declare(Access(Door.VISIT, frozenset(roles)))


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the view behind an endpoint declares."""
    return getattr(app.view_functions[endpoint], "access", None)


def enforce(app: Flask) -> None:
    """Asks for the declared proof before every request; before the form token, which depends on the proof."""
    app.before_request(_check)


def require_declarations(app: Flask) -> None:
    """An app with an undeclared route does not start."""
    undeclared = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if undeclared:
        raise RuntimeError(f"routes that declare nobody who may call them: {', '.join(undeclared)}")


def is_for_visits(path: str) -> bool:
    """Whether the page at this path of ours opens to visits only."""
    routes = current_app.url_map.bind("")
    try:
        endpoint, _values = routes.match(path, method="GET")
    except HTTPException:
        return False
    access = access_of(current_app, endpoint)
    return access is not None and access.door is Door.VISIT


def _check() -> None:
    if request.endpoint is None:
        return
    access = access_of(current_app, request.endpoint)
    if access is None:
        raise VisitForbidden("undeclared route")
    if access.door is Door.VISIT:
        _check_visit(access.roles)


def _check_visit(roles: frozenset[Role]) -> None:
    if roles & LAUNCHED_ROLES:
        # Until we know whose visit it is, and so in whose frame: the page that says it is over does nothing.
        allow_framing("*")
    visit = load_visit(db.engine, now=now())
    frame_by_visit()
    if visit.role not in roles:
        raise VisitForbidden
