"""From which link, course, deployment and LMS a placement is: what statements say of it."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink


def describe_placement(database: Session, placement_id: UUID) -> Mapping[str, str | None] | None:
    """Names and ids of LTI, none of the person; None when there is no such placement."""
    wanted = (
        select(
            Platform.name.label("platform"),
            Platform.actor_home_page.label("home_page"),
            Platform.issuer.label("iss"),
            Platform.client_id,
            Deployment.deployment_id,
            LtiContext.context_id,
            ResourceLink.resource_link_id,
        )
        .select_from(Placement)
        .join(ResourceLink, ResourceLink.id == Placement.resource_link_id)
        .join(Deployment, Deployment.id == ResourceLink.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .outerjoin(LtiContext, LtiContext.id == ResourceLink.context_id)
        .where(Placement.id == placement_id)
    )
    found = database.execute(wanted).mappings().one_or_none()
    return None if found is None else {str(name): value for name, value in found.items()}
