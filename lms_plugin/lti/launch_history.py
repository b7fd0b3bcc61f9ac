"""Reads launch reports: the last ones, how many of what in thirty days, how far an LMS's clock is off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from statistics import median
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import OPENED, LaunchReport
from lms_plugin.lti.platform import Deployment

PAGE_SIZE = 50
MEASURED = 50  # how many of the last launches tell the difference of the clocks
SKEW_TO_WARN = 30  # seconds; from sixty on launches are refused
MOST_UNKNOWN = 50
# What stands for a refusal of whatever kind in a filter; no code is called so.
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose launches may be read: everybody's, or those of one deployment."""

    platform_id: UUID | None = None
    deployment_id: str = ""
    # Of a refusal before check 14 the deployment is not known; with one deployment there is no doubt.
    is_only_deployment: bool = False

    def condition(self) -> ColumnElement[bool]:
        """What a report must be for these eyes."""
        if self.platform_id is None:
            return true()
        named = [self.deployment_id, *([""] if self.is_only_deployment else [])]
        return and_(LaunchReport.platform_id == self.platform_id, LaunchReport.deployment_id.in_(named))


EVERYBODYS = Whose()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter: None wants all; `code` may be empty (opened) or REFUSED; `until` itself is not in it."""

    platform_id: UUID | None = None
    without_platform: bool = False
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> ColumnElement[bool]:
        """The filter as SQL."""
        found: ColumnElement[bool] = true()
        if self.platform_id is not None:
            found = and_(found, LaunchReport.platform_id == self.platform_id)
        if self.without_platform:
            found = and_(found, LaunchReport.platform_id.is_(None))
        if self.code is not None:
            same = LaunchReport.code != OPENED if self.code == REFUSED else LaunchReport.code == self.code
            found = and_(found, same)
        if self.since is not None:
            found = and_(found, LaunchReport.at >= self.since)
        return found if self.until is None else and_(found, LaunchReport.at < self.until)


@dataclass(frozen=True, slots=True)
class Skew:
    """How many seconds the LMS's clock is ahead of ours (behind, when below zero), over so many launches."""

    seconds: int
    launches: int

    @property
    def is_worrying(self) -> bool:
        """Whether somebody should look at that clock."""
        return abs(self.seconds) > SKEW_TO_WARN


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who tried to launch without being registered, as they called themselves."""

    issuer: str
    client_id: str
    launches: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Launches of one platform; `platform_id` None for those of nobody we know."""

    platform_id: UUID | None
    opened: int
    refused: int
    last_at: datetime


def whose_deployment(database: Session, row_id: UUID) -> Whose:
    """What the administrator of this deployment may read; nothing when it is gone."""
    found = database.get(Deployment, row_id)
    if found is None:
        return Whose(row_id, "-")
    siblings = select(func.count()).select_from(Deployment).where(Deployment.platform_id == found.platform_id)
    return Whose(found.platform_id, found.deployment_id, database.scalar(siblings) == 1)


def last_reports(database: Session, whose: Whose, wanted: Wanted, page: int = 1) -> list[LaunchReport]:
    """One page of the reports that pass, latest first."""
    question = select(LaunchReport).where(whose.condition(), wanted.condition())
    ordered = question.order_by(LaunchReport.at.desc(), LaunchReport.id)
    return list(database.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))


def count_reports(database: Session, whose: Whose, wanted: Wanted) -> int:
    """How many pass."""
    question = select(func.count()).select_from(LaunchReport)
    return database.scalar(question.where(whose.condition(), wanted.condition())) or 0


def find_report(database: Session, whose: Whose, report_id: UUID) -> LaunchReport | None:
    """One report, if these eyes may see it."""
    question = select(LaunchReport).where(LaunchReport.id == report_id, whose.condition())
    return database.scalar(question)


def count_by_code(database: Session, whose: Whose, wanted: Wanted) -> list[tuple[str, int]]:
    """How many of each code, the most frequent first; "" are those that opened."""
    count = func.count()
    question = select(LaunchReport.code, count).where(whose.condition(), wanted.condition())
    rows = database.execute(question.group_by(LaunchReport.code).order_by(count.desc(), LaunchReport.code))
    return [(code, number) for code, number in rows]


def count_by_day(
    database: Session, whose: Whose, wanted: Wanted, starts: Sequence[datetime]
) -> list[tuple[int, int]]:
    """(opened, refused) for each day that begins at one of `starts`, which are in order."""
    # A question for each day goes along the index; one with a branch for each day takes three times as long.
    days = (replace(wanted, since=start, until=end) for start, end in zip_longest(starts, starts[1:]))
    return [_count_outcomes(database, whose, day) for day in days]


def _count_outcomes(database: Session, whose: Whose, wanted: Wanted) -> tuple[int, int]:
    opened = func.coalesce(func.sum(case((LaunchReport.code == OPENED, 1), else_=0)), 0)
    question = select(opened, func.count()).where(whose.condition(), wanted.condition())
    good, total = database.execute(question).one()
    return good, total - good


def tallies(database: Session, whose: Whose) -> dict[UUID | None, Tally]:
    """How every platform does, in all the time that reports are kept."""
    opened = func.sum(case((LaunchReport.code == OPENED, 1), else_=0))
    question = select(LaunchReport.platform_id, opened, func.count(), func.max(LaunchReport.at))
    rows = database.execute(question.where(whose.condition()).group_by(LaunchReport.platform_id))
    return {found: Tally(found, good, total - good, last) for found, good, total, last in rows}


def strangers(database: Session) -> list[Stranger]:
    """Who is not registered and says who they are, latest first."""
    last, count = func.max(LaunchReport.at), func.count()
    named = or_(LaunchReport.issuer != "", LaunchReport.client_id != "")
    question = (
        select(LaunchReport.issuer, LaunchReport.client_id, count, last)
        .where(LaunchReport.platform_id.is_(None), named)
        .group_by(LaunchReport.issuer, LaunchReport.client_id)
        .order_by(last.desc())
        .limit(MOST_UNKNOWN)
    )
    return [Stranger(*row) for row in database.execute(question)]


def measured_skew(database: Session, platform_id: UUID) -> Skew | None:
    """The median over the last signed messages of this LMS; None when there are none."""
    question = (
        select(LaunchReport.skew_seconds)
        .where(LaunchReport.platform_id == platform_id, LaunchReport.skew_seconds.is_not(None))
        .order_by(LaunchReport.at.desc())
        .limit(MEASURED)
    )
    found = [seconds for seconds in database.scalars(question) if seconds is not None]
    return Skew(round(median(found)), len(found)) if found else None
