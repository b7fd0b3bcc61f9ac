"""What became of one attempt to deliver."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """Delivered and not wanted are final; dead waits for a person; retry comes again by itself."""

    DELIVERED = "delivered"
    NOT_WANTED = "not_wanted"
    RETRY = "retry"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`answer` is the remote's own words, shortened; `after` what it asked for in Retry-After."""

    verdict: Verdict
    http_status: int | None = None
    answer: str = ""
    after: timedelta | None = None
