"""When a roster is read next: every night at an hour of its own, sooner after a failure."""

from datetime import datetime, timedelta
from uuid import UUID

from lms_plugin.web.clock import ROME

FIRST_HOUR, WINDOW_MINUTES = 2, 180  # from two to five in the morning, Italian time
# After this many failures in a row the next night is soon enough.
PAUSES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
# A course that nobody opens any more is left alone.
QUIET_AFTER = timedelta(days=180)


def next_night(context_id: UUID, now: datetime) -> datetime:
    """The next nightly reading of this course; courses are spread over three hours, always the same way."""
    local = now.astimezone(ROME)
    start = local.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
    tonight = start + timedelta(minutes=context_id.int % WINDOW_MINUTES)
    return tonight if tonight > local else tonight + timedelta(days=1)


def after_failure(context_id: UUID, now: datetime, failures: int, asked: timedelta | None) -> datetime:
    """When to try again after so many failures in a row, no sooner than the LMS asked for (a day at most)."""
    night = next_night(context_id, now)
    soon = min(now + PAUSES[failures - 1], night) if 0 < failures <= len(PAUSES) else night
    wait = min(asked or timedelta(), timedelta(days=1))
    return max(soon, now + wait)
