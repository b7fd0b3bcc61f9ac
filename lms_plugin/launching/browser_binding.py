"""Ties a launch to the browser that began it: a partitioned cookie, or else a window of its own.

A launch inside an LMS's frame first takes one more step, `/lti/login/check`, which sees whether the cookie
came back before the LMS is asked. The step carries the login initiation once more, and its state.
"""

from flask import Response, request

from lms_plugin.lti.login import cookie_name
from lms_plugin.lti.login_state import LIFETIME, Login
from lms_plugin.web.cookies import give_cookie, take_cookie

FRAMES = frozenset({"iframe", "frame", "embed", "object"})


def set_launch_cookie(response: Response, login: Login) -> None:
    """The browser's secret, in a cookie that also works inside another site's frame (CHIPS)."""
    give_cookie(response, cookie_name(login.state), login.browser_secret, LIFETIME)


def drop_launch_cookie(response: Response, state: str) -> None:
    """The launch is over: its cookie goes."""
    take_cookie(response, cookie_name(state))


def launch_cookie(state: str) -> str:
    """What the browser brought back for this state; empty for nothing."""
    return request.cookies.get(cookie_name(state), "")


def in_a_frame() -> bool | None:
    """Whether this page will be shown inside another; None when the browser does not say."""
    told = request.headers.get("Sec-Fetch-Dest")
    return None if told is None else told in FRAMES


def may_be_in_a_frame() -> bool:
    """The same, taking for possible what an old browser does not say; only browsers are named Mozilla."""
    framed = in_a_frame()
    return request.headers.get("User-Agent", "").startswith("Mozilla/") if framed is None else framed
