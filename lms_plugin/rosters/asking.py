"""What the address of a roster's page asks for: which list, since when, which page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lms_plugin.errors import Refusal
from lms_plugin.rosters.courses import Course
from lms_plugin.rosters.people import Differences, Person, Standing, differences

PAGE_SIZE = 50
LAST_PAGE = 10_000


class QuestionWrong(Refusal):
    """A parameter of the address cannot be used."""

    code = "roster_question_wrong"
    status = 400


class Show(StrEnum):
    """The lists."""

    ENROLLED = "enrolled"
    NEVER = "never"
    LEFT = "left"
    CHANGES = "changes"


class Since(StrEnum):
    """From when on changes are shown."""

    PREVIOUS = "previous"
    WEEK = "week"
    MONTH = "month"


SPANS = {Since.WEEK: timedelta(days=7), Since.MONTH: timedelta(days=30)}


@dataclass(frozen=True, slots=True)
class Question:
    """One valid question."""

    show: Show = Show.ENROLLED
    since: Since = Since.PREVIOUS
    page: int = 1


def read_question(parameters: Mapping[str, str]) -> Question:
    """The question of an address; raises QuestionWrong, for a page that is not a number too."""
    given = {"show": "enrolled", "since": "previous", "page": "1", **parameters}
    try:
        question = Question(Show(given["show"]), Since(given["since"]), int(given["page"]))
    except ValueError:
        raise QuestionWrong from None
    if not 1 <= question.page <= LAST_PAGE:
        raise QuestionWrong
    return question


@dataclass(frozen=True, slots=True)
class Lists:
    """The people of a course, sorted into the lists of its page."""

    enrolled: tuple[Person, ...]
    never: tuple[Person, ...]
    left: tuple[Person, ...]
    changes: Differences | None  # None while there is nothing to compare with
    since: datetime | None

    def counts(self) -> dict[Show, int | None]:
        """How many people each list holds; None for one that says nothing yet."""
        changed = self.changes.total if self.changes is not None else None
        counted = {Show.ENROLLED: len(self.enrolled), Show.NEVER: len(self.never), Show.LEFT: len(self.left)}
        return {**counted, Show.CHANGES: changed}

    def chosen(self, show: Show) -> tuple[Person, ...]:
        """One of the three plain lists."""
        return {Show.ENROLLED: self.enrolled, Show.NEVER: self.never, Show.LEFT: self.left}[show]


def sorted_into_lists(people: list[Person], course: Course, since: Since, now: datetime) -> Lists:
    """Each person into the lists they belong to; before the first reading nobody counts as not enrolled."""
    start = _start(course, since, now)
    first = course.roster.first_read_at if course.roster else None
    return Lists(
        enrolled=tuple(one for one in people if one.standing in {Standing.CAME, Standing.NEVER_CAME}),
        never=tuple(one for one in people if one.is_awaited),
        left=tuple(one for one in people if one.standing is Standing.LEFT) if first else (),
        changes=differences(people, start, first) if start and first else None,
        since=start,
    )


def _start(course: Course, since: Since, now: datetime) -> datetime | None:
    roster = course.roster
    if roster is None or roster.previous_read_at is None:
        return None
    return roster.previous_read_at if since is Since.PREVIOUS else now - SPANS[since]


def one_page(people: tuple[Person, ...], page: int) -> tuple[Person, ...]:
    """The people of a page; none on a page too far."""
    return people[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def pages(people: tuple[Any, ...]) -> int:
    """How many pages there are."""
    return -(-len(people) // PAGE_SIZE)
