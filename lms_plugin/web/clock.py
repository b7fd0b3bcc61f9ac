"""The one clock of the pages; `create_app` may be given another."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app

Clock = Callable[[], datetime]
ROME = ZoneInfo("Europe/Rome")


def system_clock() -> datetime:
    """This machine's time, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The time of this request, UTC."""
    return cast("Clock", current_app.extensions["clock"])()
