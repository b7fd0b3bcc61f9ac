"""Writes down what a reading brought: people added, changed, marked as gone; and forgets those long gone."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms_plugin.lti.nrps import Member, Roster
from lms_plugin.lti.platform import Deployment, LtiContext, Platform
from lms_plugin.lti.role_overrides import Overrides
from lms_plugin.lti.roles import USUAL, part_of
from lms_plugin.people.role import Role
from lms_plugin.rosters.tables import CourseRoster, Membership, RosterSync

ATTEMPTS_KEPT = timedelta(days=180)


def keep_roster(
    database: Session, context_id: UUID, roster: Roster, moment: datetime, overrides: Overrides = USUAL
) -> Counter[str]:
    """Brings the memberships of a course to what the LMS says; counts `joined`, `gone` and `changed`.

    Inside the caller's `writing`. `overrides` say what roles mean in this LMS. Nobody is marked as gone
    whose entry was there and could not be read.
    """
    rows = database.scalars(select(Membership).where(Membership.context_id == context_id))
    known = {row.user_id: row for row in rows}
    listed = {user_id: one for user_id, one in roster.members.items() if one.status != "Deleted"}
    counted: Counter[str] = Counter()
    for user_id, member in listed.items():
        part = part_of(member.roles, overrides)
        if user_id in known:
            counted += _freshen(known[user_id], member, part, moment)
        else:
            database.add(_made(context_id, member, part, moment))
            counted["joined"] += 1
    absent = known.keys() - listed.keys() - roster.doubtful
    counted["gone"] = _mark_gone((known[user_id] for user_id in absent), moment)
    return counted


def _made(context_id: UUID, member: Member, part: Role, moment: datetime) -> Membership:
    return Membership(
        context_id=context_id,
        user_id=member.user_id,
        roles=list(member.roles),
        part=part,
        status=member.status,
        name=member.name,
        email=member.email,
        first_seen=moment,
        joined_at=moment,
        last_seen=moment,
    )


def _freshen(row: Membership, member: Member, part: Role, moment: datetime) -> Counter[str]:
    """Name and e-mail follow the LMS: what it no longer shares is not kept."""
    counted: Counter[str] = Counter()
    if row.gone_at is not None:
        row.gone_at, row.joined_at, row.part_changed_at = None, moment, None
        counted["joined"] += 1
    elif part != row.part:
        row.part_before, row.part_changed_at = row.part, moment
        counted["changed"] += 1
    row.part, row.roles, row.status = part, list(member.roles), member.status
    row.name, row.email, row.last_seen = member.name, member.email, moment
    return counted


def _mark_gone(rows: Iterable[Membership], moment: datetime) -> int:
    leaving = [row for row in rows if row.gone_at is None]
    for row in leaving:
        row.gone_at = moment
    return len(leaving)


def forget_the_gone(database: Session, now: datetime, kept: timedelta) -> int:
    """Erases who left longer than `kept` ago, and whole rosters not read for as long as attempts are kept.

    Inside the caller's `writing`; returns how many people were erased.
    """
    fresh = select(CourseRoster.context_id).where(CourseRoster.last_read_at > now - ATTEMPTS_KEPT)
    over = or_(Membership.gone_at <= now - kept, Membership.context_id.not_in(fresh))
    erased = database.execute(delete(Membership).where(over).returning(Membership.id)).all()
    database.execute(delete(RosterSync).where(RosterSync.started_at <= now - ATTEMPTS_KEPT))
    return len(erased)


def forget_person(database: Session, home_page: str, user_id: str) -> int:
    """Takes a person out of every roster of an LMS, and answers how many; inside the caller's `writing`.

    While the LMS lists them, the next reading brings them back: only the LMS can end that.
    """
    courses = select(LtiContext.id).join(Deployment).join(Platform)
    courses = courses.where(Platform.actor_home_page == home_page)
    listed = delete(Membership).where(Membership.user_id == user_id, Membership.context_id.in_(courses))
    gone = database.execute(listed.execution_options(synchronize_session=False))
    count: int = gone.rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    return count
