"""A live visit as pages use it: plain values, read with one question of which nothing is loaded later."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Engine, Table, and_, bindparam, exists, or_, select

from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.people.staff import Staff
from lms_plugin.prepared import Prepared
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.web.visit_table import Visit

ACTIVE = "active"


@dataclass(slots=True)
class OpenVisit:
    """Who is here, from which launch or sign-in; the columns are those of `Visit`.

    `link_…` is what the link of the launch opens, if it came by one; `is_recorded` whether there is any
    evidence of the learner, so that nobody else is asked for progress.
    """

    id: UUID
    name: str
    role: Role
    learner_id: UUID | None
    staff_id: UUID | None
    deployment_id: UUID | None
    placement_id: UUID | None
    frame_ancestors: str
    return_url: str
    language: str
    carried: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    learner_name: str | None = None
    staff_email: str | None = None
    link_programme_id: str | None = None
    link_activity_id: str | None = None
    link_context_id: UUID | None = None
    is_recorded: bool = False

    def columns(self) -> Mapping[str, Any]:
        """The row of it, all but the hash of its secret."""
        return {name: getattr(self, name) for name in COLUMNS}


VISITS = cast("Table", Visit.__table__)
COLUMNS = tuple(one.name for one in fields(OpenVisit) if one.name in VISITS.c)
_OF_LEARNER = or_(
    exists().where(Evidence.learner_id == Visit.learner_id),
    exists().where(Completion.learner_id == Visit.learner_id),
)
# Whoever came from an LMS that is suspended meanwhile is out at once, and so are staff.
_MAY_ENTER = and_(
    or_(Visit.deployment_id.is_(None), and_(Deployment.status == ACTIVE, Platform.status == ACTIVE)),
    or_(Visit.staff_id.is_(None), Staff.suspended_at.is_(None)),
)
FIND = Prepared(
    select(
        *(VISITS.c[name] for name in COLUMNS),
        Learner.name, Staff.email,
        ResourceLink.programme_id, ResourceLink.activity_id, ResourceLink.context_id,
        _OF_LEARNER,
    )
    .select_from(Visit)
    .outerjoin(Visit.deployment)
    .outerjoin(Deployment.platform)
    .outerjoin(Visit.learner)
    .outerjoin(Visit.staff)
    .outerjoin(Visit.placement)
    .outerjoin(Placement.resource_link)
    .where(Visit.secret_hash == bindparam("secret_hash"), Visit.name == bindparam("name"), _MAY_ENTER)
)  # fmt: skip


def open_visit(engine: Engine, name: str, secret_hash: str) -> OpenVisit | None:
    """The visit of this secret, unless its LMS or staff member is suspended; it may be over by now."""
    row = FIND.first(engine, {"name": name, "secret_hash": secret_hash})
    return None if row is None else OpenVisit(*row)
