"""The courses whose rosters there are, and what is known about the reading of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, LtiContext, Platform
from lms_plugin.rosters.claiming import CourseUnknown
from lms_plugin.rosters.tables import CourseRoster, Membership, RosterSync

Found = Row[LtiContext, Deployment, Platform, CourseRoster | None]


@dataclass(frozen=True, slots=True)
class Course:
    """A course of an LMS as a reader of its roster needs it."""

    id: UUID
    deployment_id: UUID
    title: str
    platform: str
    offers_roster: bool
    active: bool
    roster: CourseRoster | None
    last: RosterSync | None  # the last attempt, whatever became of it
    enrolled: int

    @property
    def last_read_at(self) -> datetime | None:
        """When the roster was read last with success."""
        return self.roster.last_read_at if self.roster else None

    def is_under_way(self, now: datetime) -> bool:
        """Whether the roster is being read, or somebody waits for that."""
        if self.roster is None:
            return False
        leased = self.roster.leased_until is not None and self.roster.leased_until > now
        return leased or self.roster.requested_at is not None


def find_course(database: Session, context_id: UUID | None, deployment_id: UUID | None = None) -> Course:
    """One course, of this deployment only when one is given; raises CourseUnknown."""
    found = database.execute(_courses(deployment_id).where(LtiContext.id == context_id)).first()
    if found is None:
        raise CourseUnknown
    counted = select(func.count()).where(Membership.context_id == context_id, Membership.gone_at.is_(None))
    last = (
        select(RosterSync).where(RosterSync.context_id == context_id).order_by(RosterSync.started_at.desc())
    )
    return _course(found, database.scalar(last.limit(1)), database.scalar(counted) or 0)


def all_courses(database: Session, deployment_id: UUID | None = None) -> list[Course]:
    """Every course that offers a roster or has one, of this deployment only when one is given."""
    last, enrolled = _last_attempts(database), _enrolled(database)
    rows = database.execute(_courses(deployment_id).order_by(Platform.name, LtiContext.title, LtiContext.id))
    courses = [_course(row, last.get(row[0].id), enrolled.get(row[0].id, 0)) for row in rows]
    return [course for course in courses if course.offers_roster or course.last is not None]


def _courses(deployment_id: UUID | None) -> Select[LtiContext, Deployment, Platform, CourseRoster | None]:
    every = (
        select(LtiContext, Deployment, Platform, CourseRoster)
        .join(Deployment, Deployment.id == LtiContext.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .outerjoin(CourseRoster, CourseRoster.context_id == LtiContext.id)
    )
    return every if deployment_id is None else every.where(Deployment.id == deployment_id)


def _last_attempts(database: Session) -> dict[UUID, RosterSync]:
    newest = select(RosterSync.context_id, func.max(RosterSync.started_at).label("at")).group_by(
        RosterSync.context_id
    )
    found = newest.subquery()
    same = (RosterSync.context_id == found.c.context_id) & (RosterSync.started_at == found.c.at)
    return {sync.context_id: sync for sync in database.scalars(select(RosterSync).join(found, same))}


def _enrolled(database: Session) -> dict[UUID, int]:
    present = select(Membership.context_id, func.count()).where(Membership.gone_at.is_(None))
    return {row[0]: row[1] for row in database.execute(present.group_by(Membership.context_id))}


def _course(row: Found, last: RosterSync | None, enrolled: int) -> Course:
    context, deployment, platform, roster = row
    name = deployment.name or platform.name
    return Course(
        id=context.id,
        deployment_id=deployment.id,
        title=context.title or context.label or context.context_id,
        platform=name,
        offers_roster=bool(context.memberships_url),
        active=deployment.status == "active" and platform.status == "active",
        roster=roster,
        last=last,
        enrolled=enrolled,
    )
