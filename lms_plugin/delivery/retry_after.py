"""How long another system wants to be left alone, and how long one that is set up wrongly is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Wrong key, wrong address, moved: a person must act, and then all of it goes out without being asked again.
MISCONFIGURED_WAIT = timedelta(minutes=15)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What Retry-After asks for, as seconds or a date (RFC 9110 §10.2.3); None when it is not readable."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        # More digits than Python reads are as good as very many.
        return timedelta(seconds=min(int(text[:100]), 10**6))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())
