"""What an administrator wants to see of the platforms: how much they launch, which of their keys we hold."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.lti.protocol_state import FetchedKeySet


@dataclass(frozen=True, slots=True)
class Use:
    """How a deployment, or all of a platform's, is used."""

    last_launch_at: datetime | None = None
    links: int = 0
    courses: int = 0
    learners: int = 0


@dataclass(frozen=True, slots=True)
class SeenKeys:
    """Names of the LMS's keys, as last fetched."""

    names: tuple[str, ...]
    fetched_at: datetime


def use_of_deployments(database: Session, platform_id: UUID | None = None) -> dict[UUID, Use]:
    """The use of every deployment that has links, of one platform or of all; one question."""
    question = (
        select(
            ResourceLink.deployment_id,
            func.max(Placement.last_launch_at),
            func.count(ResourceLink.id.distinct()),
            func.count(ResourceLink.context_id.distinct()),
            func.count(Placement.learner_id.distinct()),
        )
        .outerjoin(Placement, Placement.resource_link_id == ResourceLink.id)
        .group_by(ResourceLink.deployment_id)
    )
    if platform_id is not None:
        question = question.join(Deployment).where(Deployment.platform_id == platform_id)
    return {row[0]: Use(*row[1:]) for row in database.execute(question)}


def last_launch(platform: Platform, uses: dict[UUID, Use]) -> datetime | None:
    """The latest launch of all deployments; None when nobody ever came."""
    return latest(uses[each.id].last_launch_at for each in platform.deployments if each.id in uses)


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The last of these moments."""
    return max((moment for moment in moments if moment is not None), default=None)


def seen_keys(database: Session, platform: Platform) -> SeenKeys | None:
    """The LMS's keys that we hold; None when they were never fetched."""
    fetched = database.get(FetchedKeySet, platform.jwks_url)
    if fetched is None or not fetched.body:
        return None
    try:
        keys = json.loads(fetched.body).get("keys", [])
        names = tuple(str(key["kid"])[:100] for key in keys if isinstance(key, dict) and "kid" in key)
    except (ValueError, AttributeError, TypeError):
        names = ()
    return SeenKeys(names, fetched.fetched_at)
