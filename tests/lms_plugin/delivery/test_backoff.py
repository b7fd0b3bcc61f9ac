"""Waits grow, are spread by chance, end, and obey Retry-After."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_plugin.delivery.backoff import LAST_ATTEMPT, LONGEST, LONGEST_ASKED, delay


def never() -> float:
    return 0.0


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (11, 2048), (12, 3600), (200, 3600)]
)
def test_longest_wait_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert delay(attempts, lambda: 1.0) == timedelta(seconds=seconds)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_wait_is_never_negative_nor_beyond_an_hour(attempts: int, drawn: float) -> None:
    assert timedelta() <= delay(attempts, lambda: drawn) <= LONGEST


def test_retry_after_is_waited_for_at_least() -> None:
    assert delay(1, never, timedelta(minutes=7)) == timedelta(minutes=7)
    assert delay(12, lambda: 1.0, timedelta(minutes=7)) == LONGEST


def test_absurd_retry_after_is_cut_to_a_day() -> None:
    assert delay(1, never, timedelta(days=400)) == LONGEST_ASKED


def test_trying_lasts_longer_than_a_weekend_on_average() -> None:
    total = sum((delay(attempt, lambda: 0.5) for attempt in range(1, LAST_ATTEMPT)), timedelta())
    assert total > timedelta(days=3)
