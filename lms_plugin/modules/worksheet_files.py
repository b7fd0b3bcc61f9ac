"""A filled worksheet as files to take away: plain text, and a calendar entry (RFC 5545) for its day."""

import textwrap
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from lms_plugin.web.spreadsheets import BOM

PRODUCT = "-//CO-AliZIONE//Formazione//IT"
LONGEST_SUMMARY = 120


def as_text(title: str, parts: Iterable[tuple[str, str]]) -> bytes:
    """UTF-8 with the mark and the line ends that Windows programs look for: each label above its text."""
    blocks = [title, *(f"{label}\n{text}" for label, text in parts)]
    return (BOM + "\n\n".join(blocks) + "\n").replace("\n", "\r\n").encode()


def as_calendar(label: str, text: str, day: date, now: datetime) -> bytes:
    """One entry for the whole of `day`, which keeps nobody busy.

    Its UID comes from what it says: who downloads it twice has it once.
    """
    event = Event()
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_OID, f"{day.isoformat()}\n{text}")))
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", textwrap.shorten(f"{label}: {text}", LONGEST_SUMMARY, placeholder="…"))
    event.add("description", text)
    event.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
