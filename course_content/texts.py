"""Small conversions between what an author writes and the values of programme.py."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from course_content.programme import LanguageMap

DEFAULT_TIMEZONE = "Europe/Rome"


def language_map(text: str | LanguageMap) -> LanguageMap:
    """A text written plainly is Italian."""
    return {"it": text} if isinstance(text, str) else dict(text)


def word(value: str | bool) -> str:  # noqa: FBT001 - YAML reads an unquoted true as a boolean
    """The id of a choice: the unquoted true and false of a true_false question are words too."""
    return str(value).lower() if isinstance(value, bool) else value


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant in UTC from local time of `zone` or from a time with an offset.

    Raises ValueError for a date that does not exist, and for a local time that does not exist or happens
    twice when the clocks change.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    earlier, later = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
    if earlier.utcoffset() != later.utcoffset():
        raise ValueError(f"the clocks change at {text}: write the offset, as in {text}+02:00")
    return earlier.astimezone(UTC)
