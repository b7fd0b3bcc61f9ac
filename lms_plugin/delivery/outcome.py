"""What became of one attempt to deliver."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """Delivered and superseded are final; not wanted unless the LMS asks later; dead waits for a person."""

    DELIVERED = "delivered"
    NOT_WANTED = "not_wanted"
    RETRY = "retry"
    DEAD = "dead"
    SUPERSEDED = "superseded"  # a newer score of the same lane goes instead


@dataclass(frozen=True, slots=True)
class Outcome:
    """`answer` is the remote's own words, shortened; `after` what it asked for in Retry-After.

    `trouble` tells that the destination, not this one thing, is what failed: whatever else goes there would
    fare the same.
    """

    verdict: Verdict
    http_status: int | None = None
    answer: str = ""
    after: timedelta | None = None
    trouble: bool = False
