"""Retry-After is understood as seconds and as a date."""

from datetime import UTC, datetime, timedelta

import pytest

from lms_plugin.delivery.retry_after import retry_after

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 09:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta()),
        ("9" * 5000, timedelta(seconds=10**6)),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(text: str, wait: timedelta | None) -> None:
    assert retry_after({"Retry-After": text}, NOW) == wait
