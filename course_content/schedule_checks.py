"""Checks of webinars, in-person sessions and the programme's time zone."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from course_content.documents import At, Document
from course_content.problems import ContentError
from course_content.schedule import OPTION_IDS
from course_content.sources import ProgrammeSource
from course_content.texts import DEFAULT_TIMEZONE, instant

Data = Mapping[str, Any]


def schedule_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Wrong counts, numbers, modules, polls, dates."""
    programme = source.programme
    try:
        zone = ZoneInfo(programme.data.get("timezone", DEFAULT_TIMEZONE))
    except (ZoneInfoNotFoundError, ValueError):
        name = programme.data["timezone"]
        yield programme.error(("timezone",), f"there is no time zone {name!r}", "write one like Europe/Rome")
        return
    yield from _counts(source)
    if source.webinars:
        yield from _webinars(source, source.webinars, zone)
    if source.sessions:
        yield from _sessions(source.sessions, zone)


def _counts(source: ProgrammeSource) -> Iterator[ContentError]:
    sessions = source.sessions.data["plan"]["count"] if source.sessions else 0
    webinars = len(source.webinars.data["webinars"]) if source.webinars else 0
    for kind, found in (("webinars", webinars), ("sessions", sessions)):
        promised = source.programme.data["counts"][kind]
        if promised != found:
            message = f"{promised} {kind} are promised, {kind}.yaml has {found}"
            yield source.programme.error(("counts", kind), message, "correct the count or the file")


def _webinars(source: ProgrammeSource, document: Document, zone: ZoneInfo) -> Iterator[ContentError]:
    modules = {module.module.data["id"] for module in source.modules}
    for index, webinar in enumerate(document.data["webinars"]):
        at: At = ("webinars", index)
        if (webinar["id"], webinar["number"]) != (f"w{index + 1:02}", index + 1):
            message = f"the webinar in place {index + 1} must have id w{index + 1:02} and number {index + 1}"
            yield document.error((*at, "id"), message, "keep them in order")
        for name in (webinar["module"], *webinar.get("related_modules", ())):
            if name not in modules:
                yield document.error((*at, "module"), f"there is no module {name!r}", "correct it")
        yield from _polls(document, at, webinar)
        yield from _instants(document, at, webinar, zone)


def _polls(document: Document, at: At, webinar: Data) -> Iterator[ContentError]:
    for index, poll in enumerate(webinar["polls"]):
        where = (*at, "polls", index)
        if poll["id"] != f"{webinar['id']}-p{index + 1}":
            yield document.error((*where, "id"), f"the id must be {webinar['id']}-p{index + 1}", "correct it")
        letters = OPTION_IDS[: len(poll["options"])]
        answer = poll.get("answer", ())
        if any(letter not in letters for letter in answer):
            hint = f"the options are {', '.join(letters)}"
            yield document.error((*where, "answer"), "the answer is not one of the options", hint)
        if len(answer) > 1 and poll["kind"] != "multiple":
            yield document.error((*where, "answer"), "only a multiple poll has several answers", "leave one")


def _sessions(document: Document, zone: ZoneInfo) -> Iterator[ContentError]:
    plan = document.data["plan"]
    ids = {f"S{number:02}" for number in range(1, plan["count"] + 1)}
    for index, session in enumerate(document.data.get("sessions", ())):
        at: At = ("sessions", index)
        if session["id"] not in ids:
            message = f"there are {plan['count']} sessions: {session['id']} is not one of them"
            yield document.error((*at, "id"), message, "correct the id or the count")
        problems = list(_instants(document, at, session, zone))
        yield from problems
        if "starts_at" in session and not problems:
            yield from _length(document, at, {**plan, **session}, zone)


def _instants(document: Document, at: At, item: Data, zone: ZoneInfo) -> Iterator[ContentError]:
    for key in ("starts_at", "ends_at"):
        try:
            instant(item.get(key, "2018-01-01T00:00"), zone)
        except (ValueError, OverflowError) as error:
            yield document.error((*at, key), f"{key}: {error}", "write a real date as 2018-07-20T09:00")


def _length(document: Document, at: At, session: Data, zone: ZoneInfo) -> Iterator[ContentError]:
    length = instant(session["ends_at"], zone) - instant(session["starts_at"], zone)
    if not timedelta(hours=session["hours"]) <= length <= timedelta(hours=24):
        message = f"{session['hours']} hours do not fit between starts_at and ends_at"
        yield document.error((*at, "ends_at"), message, "correct the times or the hours")
