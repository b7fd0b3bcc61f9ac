"""Check 14: which deployment a launch comes from; a new one is parked until our administrator accepts it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti import claims as names
from lms_plugin.lti import errors
from lms_plugin.lti.envelope import Claims
from lms_plugin.lti.known import Known, KnownPlatform
from lms_plugin.lti.login_state import Login
from lms_plugin.lti.platform import Deployment
from lms_plugin.lti.reading import plain_identifier
from lms_plugin.lti.upserts import insert_if_absent

# Only messages signed by the LMS get here, yet a broken one must not fill our tables.
MOST_PENDING = 20


def named_deployment(claims: Claims, login: Login) -> str:
    """The deployment id of the message, the same as at login; raises DeploymentUnknown."""
    value = plain_identifier(claims.get(names.DEPLOYMENT_ID))
    if value is None:
        raise errors.DeploymentUnknown("missing or not an id")
    if not login.allows_deployment(value):
        raise errors.DeploymentUnknown("another deployment than at login")
    return value


def active_deployment(database: Session, known: Known) -> UUID:
    """The deployment's row; raises DeploymentPending (park it), DeploymentSuspended, DeploymentUnknown."""
    found = known.deployment
    if found is None and _pending(database, known.platform) >= MOST_PENDING:
        raise errors.DeploymentUnknown("too many deployments are waiting already")
    if found is None or found[1] == "pending":
        raise errors.DeploymentPending
    if found[1] != "active":
        raise errors.DeploymentSuspended
    return found[0]


def park(database: Session, platform: KnownPlatform, deployment_id: str, now: datetime) -> None:
    """Lets a new deployment wait for our administrator; call inside `writing`."""
    key = {"platform_id": platform.id, "deployment_id": deployment_id}
    values = {"id": uuid4(), "name": "", "status": "pending", "created_at": now}
    insert_if_absent(database, Deployment, key, values)


def _pending(database: Session, platform: KnownPlatform) -> int:
    waiting = (Deployment.platform_id == platform.id, Deployment.status == "pending")
    return database.scalar(select(func.count()).select_from(Deployment).where(*waiting)) or 0
