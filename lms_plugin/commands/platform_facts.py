"""Registrations as facts, for the commands that list and change them."""

from typing import Any

from sqlalchemy.orm import Session

from lms_plugin.lti.overview import Use, use_of_deployments
from lms_plugin.lti.platform import Platform

NAMES = (
    "name", "issuer", "client_id", "status", "auth_login_url", "auth_token_url", "jwks_url",
    "token_audience", "extra_origins", "actor_home_page",
)  # fmt: skip


def described(platform: Platform) -> dict[str, Any]:
    """A registration as facts."""
    deployments = sorted(platform.deployments, key=lambda deployment: deployment.deployment_id)
    states = [{"deployment_id": each.deployment_id, "status": each.status} for each in deployments]
    facts = {name: getattr(platform, name) for name in NAMES}
    return {"id": platform.id} | facts | {"deployments": states}


def described_in_full(database: Session, platform: Platform) -> dict[str, Any]:
    """The same with product, dates, and how much each deployment launches."""
    uses = use_of_deployments(database, platform.id)
    deployments = []
    for each in sorted(platform.deployments, key=lambda deployment: deployment.deployment_id):
        use = uses.get(each.id, Use())
        deployments.append(
            {
                "deployment_id": each.deployment_id,
                "name": each.name,
                "status": each.status,
                "last_launch_at": use.last_launch_at.isoformat() if use.last_launch_at else None,
                "links": use.links,
                "courses": use.courses,
                "learners": use.learners,
            }
        )
    return described(platform) | {
        "product_family": platform.product_family,
        "registered_by": platform.registered_by,
        "created_at": platform.created_at.isoformat(),
        "approved_at": platform.approved_at.isoformat() if platform.approved_at else None,
        "deployments": deployments,
    }
