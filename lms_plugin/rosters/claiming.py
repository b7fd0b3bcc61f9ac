"""Which roster is read now and by whom: one reader for each course, whatever the number of processes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Select, exists, or_, select, update
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink
from lms_plugin.lti.upserts import insert_if_absent
from lms_plugin.rosters.schedule import QUIET_AFTER, next_night
from lms_plugin.rosters.tables import CourseRoster
from lms_plugin.storage import writing

LEASE = timedelta(minutes=5)  # longer than a token and the most patient reading
ASKED_AT_MOST_EVERY = timedelta(minutes=1)
NEW_AT_ONCE = 500


class CourseUnknown(Refusal):
    """There is no such course, or not for whoever asks."""

    code = "course_unknown"
    status = 404


class Asked(StrEnum):
    """What became of the wish to read a roster now."""

    QUEUED = "queued"
    UNDER_WAY = "under_way"
    JUST_DONE = "just_done"
    NOT_OFFERED = "not_offered"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A roster that is ours until the lease ends; `platform` is detached."""

    context_id: UUID
    lease: UUID
    cause: str
    platform: Platform
    deployment_id: UUID
    memberships_url: str


def note_courses(database: Session, now: datetime) -> None:
    """Gives each course that offers a roster its row, due in its next night; writes only when one lacks."""
    lacking = (
        select(LtiContext.id)
        .outerjoin(CourseRoster, CourseRoster.context_id == LtiContext.id)
        .where(LtiContext.memberships_url.is_not(None), CourseRoster.context_id.is_(None))
        .limit(NEW_AT_ONCE)
    )
    ids = database.scalars(lacking).all()
    if not ids:
        return
    with writing(database):
        for context_id in ids:
            _note(database, context_id, now)


def _note(database: Session, context_id: UUID, now: datetime) -> None:
    values = {"due_at": next_night(context_id, now), "failures": 0}
    insert_if_absent(database, CourseRoster, {"context_id": context_id}, values)


def ask_for(database: Session, context_id: UUID, now: datetime) -> Asked:
    """Puts a roster in front of the queue; inside the caller's `writing`. Raises CourseUnknown."""
    found = database.execute(_with_platform().where(LtiContext.id == context_id)).first()
    if found is None:
        raise CourseUnknown
    context, deployment, platform = found
    if not context.memberships_url:
        return Asked.NOT_OFFERED
    if deployment.status != "active" or platform.status != "active":
        return Asked.SUSPENDED
    _note(database, context_id, now)
    roster = database.get_one(CourseRoster, context_id, populate_existing=True)
    if roster.leased_until is not None and roster.leased_until > now:
        return Asked.UNDER_WAY
    if roster.last_read_at is not None and now - roster.last_read_at < ASKED_AT_MOST_EVERY:
        return Asked.JUST_DONE
    roster.requested_at = roster.requested_at or now
    return Asked.QUEUED


def _with_platform() -> Select[LtiContext, Deployment, Platform]:
    return (
        select(LtiContext, Deployment, Platform)
        .join(Deployment, Deployment.id == LtiContext.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
    )


def next_due(database: Session, now: datetime, tired: Collection[UUID] = ()) -> UUID | None:
    """The course to read next, first those somebody waits for; none of a `tired` platform. Reads only."""
    due = (
        select(CourseRoster.context_id)
        .join(LtiContext, LtiContext.id == CourseRoster.context_id)
        .join(Deployment, Deployment.id == LtiContext.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .where(LtiContext.memberships_url.is_not(None), Platform.id.not_in(tired))
        .where(Deployment.status == "active", Platform.status == "active")
        .where(
            _free(now), or_(CourseRoster.requested_at.is_not(None), (CourseRoster.due_at <= now) & _used(now))
        )
        .order_by(CourseRoster.requested_at.is_(None), CourseRoster.due_at, CourseRoster.context_id)
    )
    return database.scalar(due.limit(1))


def _free(now: datetime) -> Any:
    return or_(CourseRoster.leased_until.is_(None), CourseRoster.leased_until <= now)


def _used(now: datetime) -> Any:
    """Whether anybody opened a link of the course lately."""
    return exists().where(
        ResourceLink.context_id == CourseRoster.context_id,
        Placement.resource_link_id == ResourceLink.id,
        Placement.last_launch_at > now - QUIET_AFTER,
    )


def claim(database: Session, context_id: UUID, now: datetime, *, only_if_due: bool) -> Claimed | None:
    """Takes a roster for a while; None when another has it, or has just read it. Inside `writing`."""
    ours = uuid4()
    _note(database, context_id, now)
    free = update(CourseRoster).where(CourseRoster.context_id == context_id, _free(now))
    if only_if_due:
        free = free.where(or_(CourseRoster.requested_at.is_not(None), CourseRoster.due_at <= now))
    taken = database.execute(
        free.values(lease=ours, leased_until=now + LEASE).execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    roster = database.get_one(CourseRoster, context_id, populate_existing=True)
    context, deployment, platform = database.execute(
        _with_platform().where(LtiContext.id == context_id)
    ).one()
    cause = "asked" if roster.requested_at is not None or not only_if_due else "nightly"
    return Claimed(context_id, ours, cause, platform, deployment.id, context.memberships_url or "")
