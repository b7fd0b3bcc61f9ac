"""The calendar of a programme: webinars and in-person days with their dates, or saying that there is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, url_for
from flask_babel import gettext as _

from course_content.programme import LanguageMap, Programme
from lms_plugin.modules.attending import READERS
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programme as programme_of


@dataclass(frozen=True, slots=True)
class Appointment:
    """One line of the calendar; `url` is empty where there is no page."""

    title: LanguageMap
    kind: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    url: str
    proposed: bool = False


@blueprint.get("/programmes/<programme_id>/calendar")
@visitors(*READERS)
def calendar(programme_id: str) -> str:
    """What is dated in the order of time, then what still waits for a date."""
    found = programme_of(programme_id)
    appointments = [*_webinars(found), *_days(found)]
    return render_template(
        "modules/calendar.html",
        programme=found,
        dated=_in_order(appointments),
        undated=[one for one in appointments if one.starts_at is None],
        unknown_days=sum(not session.known for session in found.sessions),
        now=now(),
    )


def _in_order(appointments: Iterable[Appointment]) -> list[Appointment]:
    dated = (one for one in appointments if one.starts_at)
    return sorted(dated, key=lambda one: one.starts_at.timestamp() if one.starts_at else 0)


def _webinars(found: Programme) -> Iterable[Appointment]:
    for webinar in found.webinars:
        starts_at = webinar.starts_at
        yield Appointment(
            title=webinar.title,
            kind=_("Webinar %(number)s", number=webinar.number),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=webinar.minutes) if starts_at else None,
            place=_("Online"),
            url=url_for("webinars.webinar", programme_id=found.id, webinar_id=webinar.id),
            proposed=webinar.proposed,
        )


def _days(found: Programme) -> Iterable[Appointment]:
    """Only the days of which something is known: the others are counted, not listed."""
    for session in found.sessions:
        if session.known:
            yield Appointment(
                title=session.title,
                kind=_("Giornata in presenza"),
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                place=session.place or "",
                url="",
            )
