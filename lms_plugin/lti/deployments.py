"""Check 14: which deployment a launch comes from; a new one is parked until our administrator accepts it."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms_plugin.lti import claims as names
from lms_plugin.lti import errors
from lms_plugin.lti.envelope import Claims
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.reading import LONGEST_ID
from lms_plugin.lti.upserts import insert_if_absent

# Only messages signed by the LMS get here, yet a broken one must not fill our tables.
MOST_PENDING = 20
OF_PLATFORM = select(Deployment).where(
    Deployment.platform_id == bindparam("platform_id"), Deployment.deployment_id == bindparam("deployment_id")
)


def named_deployment(claims: Claims, hint: str | None) -> str:
    """The deployment id of the message, the same as at login; raises DeploymentUnknown."""
    value = claims.get(names.DEPLOYMENT_ID)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise errors.DeploymentUnknown("missing or not an id")
    if not (value.isascii() and value.isprintable()):
        raise errors.DeploymentUnknown("missing or not an id")
    if hint is not None and hint != value:
        raise errors.DeploymentUnknown("another deployment than at login")
    return value


def active_deployment(database: Session, platform: Platform, deployment_id: str, now: datetime) -> Deployment:
    """The deployment's row; raises DeploymentPending, DeploymentSuspended, DeploymentUnknown.

    An id never seen is parked as pending, inside the caller's `writing`.
    """
    deployment = find_deployment(database, platform, deployment_id)
    if deployment is None:
        _park(database, platform, deployment_id, now)
        raise errors.DeploymentPending
    if deployment.status == "pending":
        raise errors.DeploymentPending
    if deployment.status != "active":
        raise errors.DeploymentSuspended
    return deployment


def find_deployment(database: Session, platform: Platform, deployment_id: str) -> Deployment | None:
    """The row of a deployment id in a platform."""
    named = {"platform_id": platform.id, "deployment_id": deployment_id}
    return database.scalar(OF_PLATFORM, named)


def _park(database: Session, platform: Platform, deployment_id: str, now: datetime) -> None:
    pending = select(func.count()).where(
        Deployment.platform_id == platform.id, Deployment.status == "pending"
    )
    if (database.scalar(pending) or 0) >= MOST_PENDING:
        raise errors.DeploymentUnknown("too many deployments are waiting already")
    key = {"platform_id": platform.id, "deployment_id": deployment_id}
    insert_if_absent(database, Deployment, key, {"name": "", "status": "pending", "created_at": now})
