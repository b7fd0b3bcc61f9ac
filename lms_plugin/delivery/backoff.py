"""How long to wait before the next attempt, and when to stop trying."""

from collections.abc import Callable
from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(hours=1)
LONGEST_ASKED = timedelta(days=1)  # what a Retry-After may ask of us at most
# With waits of half an hour on average: about four days, longer than a weekend without staff.
LAST_ATTEMPT = 200

Draw = Callable[[], float]
"""A random number from 0 up to, not including, 1."""


def delay(attempts: int, draw: Draw, asked: timedelta | None = None) -> timedelta:
    """The wait after the n-th attempt: a random part ("full jitter") of 2, 4, 8 … seconds up to an hour.

    Never shorter than what the other side asked for in Retry-After.
    """
    exponent = min(max(attempts, 1) - 1, 32)  # 2 s · 2**32 is far beyond the longest already
    wait = min(FIRST * (1 << exponent), LONGEST) * draw()
    return max(wait, min(asked, LONGEST_ASKED)) if asked else wait
