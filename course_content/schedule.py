"""Builds the dated part of a programme: webinars and in-person sessions."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from course_content.documents import Document
from course_content.programme import AttendanceRule, Poll, Session, Webinar
from course_content.questions import Choice
from course_content.texts import instant, language_map

Data = Mapping[str, Any]

OPTION_IDS = "abcdefgh"


def build_webinars(document: Document | None, zone: ZoneInfo) -> tuple[Webinar, ...]:
    """The webinars in the order of the file; local times are of `zone`."""
    if document is None:
        return ()
    rule = document.data["rule"]
    return tuple(_webinar(item, rule, zone) for item in document.data["webinars"])


def build_sessions(document: Document | None, zone: ZoneInfo) -> tuple[Session, ...]:
    """As many sessions as the plan counts, S01 onwards, each with what is known of it."""
    if document is None:
        return ()
    plan = document.data["plan"]
    known = {item["id"]: item for item in document.data.get("sessions", ())}
    numbers = range(1, plan["count"] + 1)
    return tuple(_session({**plan, **known.get(f"S{number:02}", {})}, number, zone) for number in numbers)


def _webinar(data: Data, rule: Data, zone: ZoneInfo) -> Webinar:
    return Webinar(
        id=data["id"],
        number=data["number"],
        title=language_map(data["title"]),
        module_id=data["module"],
        related_modules=tuple(data.get("related_modules", ())),
        minutes=data["minutes"],
        starts_at=instant(data["starts_at"], zone) if "starts_at" in data else None,
        objectives=tuple(data["objectives"]),
        polls=tuple(_poll(poll) for poll in data["polls"]),
        proposed=data["proposed"],
        rule=AttendanceRule(**data.get("rule", rule)),
    )


def _poll(data: Data) -> Poll:
    options = tuple(
        Choice(letter, text, "") for letter, text in zip(OPTION_IDS, data["options"], strict=False)
    )
    return Poll(data["id"], data["kind"], data["prompt"], options, tuple(data.get("answer", ())))


def _session(data: Data, number: int, zone: ZoneInfo) -> Session:
    known = "starts_at" in data
    return Session(
        id=f"S{number:02}",
        number=number,
        title=language_map(data["title"]),
        hours=data["hours"],
        topics=tuple(data["topics"]),
        place=data.get("place"),
        starts_at=instant(data["starts_at"], zone) if known else None,
        ends_at=instant(data["ends_at"], zone) if known else None,
        known=known,
    )
