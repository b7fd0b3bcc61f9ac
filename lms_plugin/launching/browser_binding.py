"""Ties a launch to the browser that began it: a partitioned cookie, or else a window of its own.

A launch inside an LMS's frame first takes one more step, `/lti/login/check/<ticket>`, which sees whether the
cookie came back before the LMS is asked. The ticket carries state and nonce sealed: the database has only
their hashes.
"""

import json
from dataclasses import dataclass

from flask import Response, request

from lms_plugin.lti.login import LIFETIME, Secrets, cookie_name
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.web.configuration import settings

PURPOSE = "login tickets"
FRAMES = frozenset({"iframe", "frame", "embed", "object"})


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the check page must know to go on to the LMS."""

    state: str
    nonce: str


def set_launch_cookie(response: Response, made: Secrets) -> None:
    """The browser's secret, in a cookie that also works inside another site's frame (CHIPS)."""
    response.set_cookie(
        cookie_name(made.state),
        made.browser,
        max_age=LIFETIME,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def drop_launch_cookie(response: Response, state: str) -> None:
    """The launch is over: its cookie goes."""
    response.delete_cookie(cookie_name(state), secure=True, httponly=True, samesite="None", partitioned=True)


def launch_cookie(state: str) -> str:
    """What the browser brought back for this state; empty for nothing."""
    return request.cookies.get(cookie_name(state), "")


def in_a_frame() -> bool:
    """Whether the browser says that this page will be shown inside another."""
    return request.headers.get("Sec-Fetch-Dest", "") in FRAMES


def seal_ticket(made: Secrets) -> str:
    """The ticket as a piece of an address."""
    content = json.dumps({"state": made.state, "nonce": made.nonce}).encode()
    return _sealer().seal(content).decode()


def open_ticket(ticket: str) -> Ticket | None:
    """The ticket, None when it is not one of ours."""
    try:
        return Ticket(**json.loads(_sealer().unseal(ticket.encode())))
    except SealBroken:
        return None


def _sealer() -> Sealer:
    return Sealer(settings().secret_key, PURPOSE)
