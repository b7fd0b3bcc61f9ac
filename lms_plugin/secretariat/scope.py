"""How far a reader may look: the one place that decides it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from lms_plugin.lti.platform import ResourceLink
from lms_plugin.people.role import STAFF_ROLES, Role
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.visit import VisitForbidden

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Everything:
    """Staff: every record of this installation."""

    def limit(self, rows: Rows) -> Rows:
        """The same rows."""
        return rows


@dataclass(frozen=True, slots=True)
class OneDeployment:
    """An LMS administrator: records that were made through a link of the own deployment."""

    deployment_id: UUID

    def limit(self, rows: Rows) -> Rows:
        """The rows behind this deployment's links; a record without a placement is nobody's but staff's."""
        return rows.where(ResourceLink.deployment_id == self.deployment_id)


Scope = Everything | OneDeployment


def scope_of(visit: OpenVisit) -> Scope:
    """The scope of a visit; raises VisitForbidden for a visit that may not read records."""
    if visit.role in STAFF_ROLES and visit.staff_id is not None:
        return Everything()
    if visit.role == Role.LMS_ADMINISTRATOR and visit.deployment_id is not None:
        return OneDeployment(visit.deployment_id)
    raise VisitForbidden
