"""Where a self-test tries the services: a course and a person that a launch has told us about."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms_plugin.lti.nrps import MEMBERSHIP_SCOPE
from lms_plugin.lti.platform import Deployment, LtiContext, Placement, ResourceLink
from lms_plugin.lti.roles import part_of
from lms_plugin.people.role import Role

LOOKED_AT = 50  # the last launches: among them there is somebody who learns, or nobody does


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses of one course as its last launches gave them; empty where the LMS gave none.

    `subject` is the LMS's id of a person who has launched there: the score of the test column needs one.
    """

    line_items_url: str = ""
    memberships_url: str = ""
    scopes: frozenset[str] = frozenset()
    subject: str = ""
    subject_learns: bool = False


NOWHERE = Place()


def find_place(database: Session, platform_id: UUID, deployment_id: UUID | None = None) -> Place:
    """The course of the platform's (or deployment's) last launch of a learner; else of its last launch.

    NOWHERE when nobody ever launched.
    """
    question = (
        select(Placement)
        .join(Placement.resource_link)
        .join(ResourceLink.deployment)
        .where(Deployment.platform_id == platform_id, Deployment.status == "active")
        .options(joinedload(Placement.resource_link).joinedload(ResourceLink.context))
        .order_by(Placement.last_launch_at.desc())
        .limit(LOOKED_AT)
    )
    if deployment_id is not None:
        question = question.where(Deployment.id == deployment_id)
    found = list(database.scalars(question))
    chosen = max(found, key=_usefulness, default=None)
    return _place(chosen) if chosen is not None else NOWHERE


def _usefulness(placement: Placement) -> tuple[bool, bool]:
    # `max` keeps the first of equals, which is the latest.
    return bool(placement.line_items_url), part_of(placement.roles) is Role.LEARNER


def _place(placement: Placement) -> Place:
    context: LtiContext | None = placement.resource_link.context
    memberships_url = (context.memberships_url or "") if context else ""
    return Place(
        line_items_url=placement.line_items_url or "",
        memberships_url=memberships_url,
        scopes=frozenset(placement.scopes) | ({MEMBERSHIP_SCOPE} if memberships_url else frozenset()),
        subject=placement.subject,
        subject_learns=part_of(placement.roles) is Role.LEARNER,
    )
