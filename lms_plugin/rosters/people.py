"""Who is enrolled and who came: memberships and arrivals brought together when a page is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink
from lms_plugin.lti.role_overrides import Overrides, overrides_for
from lms_plugin.lti.roles import part_of
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.rosters.tables import Membership


class Standing(StrEnum):
    """Where somebody stands between the LMS's list and our door."""

    CAME = "came"
    NEVER_CAME = "never_came"
    LEFT = "left"  # came, and is not enrolled now
    GONE = "gone"  # never came, and is not enrolled any more


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a course; `joined_at` is None for one whom no roster ever listed."""

    user_id: str
    name: str
    email: str
    part: Role
    part_before: Role | None = None
    part_changed_at: datetime | None = None
    suspended: bool = False
    joined_at: datetime | None = None
    gone_at: datetime | None = None
    last_launch_at: datetime | None = None

    @property
    def who(self) -> str:
        """The name if the LMS shares it, else its id of the person."""
        return self.name or self.user_id

    @property
    def standing(self) -> Standing:
        """Enrolled or not, came or not."""
        enrolled = self.joined_at is not None and self.gone_at is None
        if self.last_launch_at is None:
            return Standing.NEVER_CAME if enrolled else Standing.GONE
        return Standing.CAME if enrolled else Standing.LEFT

    @property
    def is_awaited(self) -> bool:
        """Enrolled to learn, free to come, and never seen: teachers and suspended people are not awaited."""
        return self.standing is Standing.NEVER_CAME and self.part == Role.LEARNER and not self.suspended


@dataclass(frozen=True, slots=True)
class _Arrival:
    name: str
    email: str
    roles: tuple[str, ...]
    last_launch_at: datetime


def people_of(database: Session, context_id: UUID) -> list[Person]:
    """Everybody of a course by name: those in its roster, and those who came by one of its links."""
    arrivals = _arrivals(database, context_id)
    question = select(Membership).where(Membership.context_id == context_id)
    listed = [_listed(row, arrivals.get(row.user_id)) for row in database.scalars(question)]
    known = {person.user_id for person in listed}
    meanings = _meanings(database, context_id)
    others = [_unlisted(user_id, one, meanings) for user_id, one in arrivals.items() if user_id not in known]
    return sorted((*listed, *others), key=lambda one: (one.who.casefold(), one.user_id))


def _meanings(database: Session, context_id: UUID) -> Overrides:
    here = select(Deployment.platform_id, Deployment.id)
    joined = here.join(LtiContext, LtiContext.deployment_id == Deployment.id)
    place = database.execute(joined.where(LtiContext.id == context_id)).one()
    return overrides_for(database, place[0], place[1])


def _arrivals(database: Session, context_id: UUID) -> Mapping[str, _Arrival]:
    """The last arrival of each learner of this LMS in this course, by the LMS's id of the person."""
    question = (
        select(Learner.account_name, Learner.name, Learner.email, Placement.roles, Placement.last_launch_at)
        .join(Placement, Placement.learner_id == Learner.id)
        .join(ResourceLink, ResourceLink.id == Placement.resource_link_id)
        .join(LtiContext, LtiContext.id == ResourceLink.context_id)
        .join(Deployment, Deployment.id == LtiContext.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .where(LtiContext.id == context_id, Learner.home_page == Platform.actor_home_page)
        .order_by(Placement.last_launch_at)
    )
    return {row[0]: _Arrival(row[1], row[2], tuple(row[3]), row[4]) for row in database.execute(question)}


def _listed(row: Membership, arrival: _Arrival | None) -> Person:
    return Person(
        user_id=row.user_id,
        name=row.name or (arrival.name if arrival else ""),
        email=row.email or (arrival.email if arrival else ""),
        part=row.part,
        part_before=row.part_before,
        part_changed_at=row.part_changed_at,
        suspended=row.status != "Active",
        joined_at=row.joined_at,
        gone_at=row.gone_at,
        last_launch_at=arrival.last_launch_at if arrival else None,
    )


def _unlisted(user_id: str, arrival: _Arrival, meanings: Overrides) -> Person:
    part = part_of(arrival.roles, meanings)
    return Person(user_id, arrival.name, arrival.email, part, last_launch_at=arrival.last_launch_at)


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed in a roster since a moment."""

    joined: tuple[Person, ...]
    gone: tuple[Person, ...]
    changed: tuple[Person, ...]

    @property
    def total(self) -> int:
        """How many people it is about."""
        return len(self.joined) + len(self.gone) + len(self.changed)


def differences(people: Iterable[Person], since: datetime, first_read_at: datetime) -> Differences:
    """Who joined, left or changed part after `since`; those of the very first reading are not news."""
    joined, gone, changed = [], [], []
    for one in people:
        if one.joined_at is None:
            continue
        if one.gone_at is not None:
            if one.gone_at > since:
                gone.append(one)
        elif one.joined_at > max(since, first_read_at):
            joined.append(one)
        elif one.part_changed_at is not None and one.part_changed_at > since:
            changed.append(one)
    return Differences(tuple(joined), tuple(gone), tuple(changed))
