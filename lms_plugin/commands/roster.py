"""`coalizione roster list|sync|show`: who is enrolled in the courses of the LMSs, and who never came."""

import sys
from typing import Any
from uuid import UUID

import click

from lms_plugin.commands.console import json_option, now, open_database, refusing, say, settings
from lms_plugin.errors import Refusal
from lms_plugin.migration import require_migrated
from lms_plugin.outbound import Outbound
from lms_plugin.rosters.asking import Since, sorted_into_lists
from lms_plugin.rosters.courses import Course, all_courses, find_course
from lms_plugin.rosters.people import Person, people_of
from lms_plugin.rosters.syncing import Outcome, RosterReader
from lms_plugin.rosters.tables import RosterSync
from lms_plugin.storage import make_engine, session_factory

ATTEMPT_FACTS = (
    "outcome", "http_status", "answer", "members", "joined", "gone", "changed", "pages", "unreadable",
)  # fmt: skip
course_argument = click.argument("course_id", type=click.UUID, metavar="COURSE")


class RosterNotRead(Refusal):
    """The roster cannot be read now; the sentence says why and what to do."""

    code = "roster_not_read"
    status = 409


@click.group("roster")
def roster_group() -> None:
    """Rosters of courses, as the LMSs give them (NRPS)."""


@roster_group.command("list")
@json_option
@refusing
def list_command(*, as_json: bool) -> None:
    """Show the courses with their ids and when their rosters were read."""
    with open_database() as database:
        told = [_described(course) for course in all_courses(database)]
    line = "{id} {title} ({platform}): {enrolled} enrolled, read {last_read_at}, last attempt {last_outcome}"
    nothing = "no LMS has offered a roster yet: a course appears after the first launch from it"
    say("\n".join(line.format_map(one) for one in told) or nothing, {"courses": told}, as_json=as_json)


@roster_group.command("show")
@course_argument
@click.option("--never-came", is_flag=True, help="Only enrolled learners who never opened an activity.")
@json_option
@refusing
def show_command(course_id: UUID, *, never_came: bool, as_json: bool) -> None:
    """Show the people of a course, as the roster was read last, and who of them came."""
    with open_database() as database:
        course = find_course(database, course_id)
        people = people_of(database, course_id)
        facts = _described(course) | _changes(course, people)
        chosen = [_person(one) for one in people if one.is_awaited or not never_came]
    line = "{user_id} {name} ({part}): {standing}"
    text = "\n".join(line.format_map(one) for one in chosen)
    say(text or "nobody", facts | {"people": chosen}, as_json=as_json)


@roster_group.command("sync")
@click.argument("course_id", type=click.UUID, metavar="COURSE", required=False)
@click.option("--all", "everyone", is_flag=True, help="Every course that offers a roster.")
@click.option("--dry-run", is_flag=True, help="Say which courses would be read, and read none.")
@json_option
@refusing
def sync_command(course_id: UUID | None, *, everyone: bool, dry_run: bool, as_json: bool) -> None:
    """Read the roster of a course from its LMS now; status 1 when one could not be read."""
    if (course_id is None) is not everyone:
        raise click.UsageError("give the id of one course (see `coalizione roster list`), or --all")
    with open_database() as database:
        courses = all_courses(database) if course_id is None else [find_course(database, course_id)]
    chosen = [course for course in courses if course.offers_roster and course.active]
    if course_id is not None and not chosen:
        raise RosterNotRead("this course's LMS offers no roster, or its registration is suspended")
    if dry_run:
        told = [_described(course) for course in chosen]
        say("\n".join(f"would read {one['title']}" for one in told), {"would_read": told}, as_json=as_json)
        return
    made = _read([course.id for course in chosen])
    told = [_attempt(course, sync) for course, sync in zip(chosen, made, strict=True)]
    say("\n".join(map(_attempt_line, told)) or "nothing to read", {"readings": told}, as_json=as_json)
    if any(one["outcome"] != Outcome.DONE for one in told):
        sys.exit(1)


def _read(course_ids: list[UUID]) -> list[RosterSync | None]:
    chosen = settings()
    engine = make_engine(chosen.database_url)
    try:
        require_migrated(engine)
        reader = RosterReader(Outbound(chosen.trusted_hosts), chosen.secret_key, session_factory(engine), now)
        return [reader.sync(course_id) for course_id in course_ids]
    finally:
        engine.dispose()


def _described(course: Course) -> dict[str, Any]:
    return {
        "id": str(course.id),
        "title": course.title,
        "platform": course.platform,
        "offers_roster": course.offers_roster,
        "enrolled": course.enrolled,
        "last_read_at": course.last_read_at.isoformat() if course.last_read_at else "never",
        "last_outcome": course.last.outcome if course.last else "none",
        "last_answer": course.last.answer if course.last else "",
    }


def _changes(course: Course, people: list[Person]) -> dict[str, Any]:
    changes = sorted_into_lists(people, course, Since.PREVIOUS, now()).changes
    if changes is None:
        return {"changes": None}
    kinds = {"joined": changes.joined, "gone": changes.gone, "changed": changes.changed}
    return {"changes": {kind: [one.user_id for one in found] for kind, found in kinds.items()}}


def _person(person: Person) -> dict[str, Any]:
    seen = person.last_launch_at.isoformat() if person.last_launch_at else None
    return {
        "user_id": person.user_id,
        "name": person.name,
        "email": person.email,
        "part": str(person.part),
        "standing": str(person.standing),
        "suspended": person.suspended,
        "last_launch_at": seen,
    }


def _attempt(course: Course, sync: RosterSync | None) -> dict[str, Any]:
    if sync is None:
        busy = {"outcome": "under_way", "answer": "another process is reading this roster just now"}
        return {"id": str(course.id), "title": course.title} | busy
    facts = {name: getattr(sync, name) for name in ATTEMPT_FACTS}
    return {"id": str(course.id), "title": course.title} | facts


def _attempt_line(told: dict[str, Any]) -> str:
    if told["outcome"] == Outcome.DONE:
        counted = "{title}: {members} members, {joined} new, {gone} gone, {changed} with another part"
        return counted.format_map(told)
    return f"{told['title']}: {told['outcome']}: {told['answer']}"
