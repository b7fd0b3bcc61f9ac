"""Our cookies: for this host alone, hidden from scripts, working inside another site's frame (CHIPS)."""

import re
from datetime import timedelta

from flask import Response

ATTRIBUTES = "Secure; HttpOnly; Path=/; SameSite=None; Partitioned"
PLAIN = re.compile(r"[A-Za-z0-9_-]*")  # what names and secrets of ours are made of: nothing to be quoted
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"


def give_cookie(response: Response, name: str, value: str, life: timedelta) -> None:
    """Has the browser keep the value for so long; raises ValueError for one that needs quoting."""
    if not PLAIN.fullmatch(name) or not PLAIN.fullmatch(value):
        raise ValueError(f"the cookie {name!r} is not made of letters, digits, - and _")
    seconds = int(life.total_seconds())
    response.headers.add("Set-Cookie", f"{name}={value}; Max-Age={seconds}; {ATTRIBUTES}")


def take_cookie(response: Response, name: str) -> None:
    """Has the browser forget it."""
    response.headers.add("Set-Cookie", f"{name}=; Expires={LONG_AGO}; Max-Age=0; {ATTRIBUTES}")
