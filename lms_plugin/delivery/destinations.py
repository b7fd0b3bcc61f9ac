"""Where each score goes: a platform. What fails there concerns nobody else."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Uuid, func, literal, or_, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.outbox_state import WAITING

AGS = "ags"
NOWHERE = UUID(int=0)  # a score whose placement is gone
UNROUTED = (OutboxItem.target == AGS, OutboxItem.status == WAITING, OutboxItem.destination.is_(None))


def is_anything_unrouted(database: Session) -> bool:
    """Whether rows came since the last `route`; reads only."""
    return database.scalar(select(OutboxItem.id).where(*UNROUTED).limit(1)) is not None


def route(database: Session) -> None:
    """Notes on new rows where they go, for queries by destination; inside the caller's `writing`."""
    goes_to = func.coalesce(_platform_of_lane(), literal(NOWHERE, Uuid()))
    sentence = update(OutboxItem).where(*UNROUTED).values(destination=goes_to)
    database.execute(sentence.execution_options(synchronize_session=False))


def _platform_of_lane() -> ScalarSelect[UUID]:
    return (
        select(Deployment.platform_id)
        .join_from(Placement, ResourceLink, Placement.resource_link_id == ResourceLink.id)
        .join(Deployment, ResourceLink.deployment_id == Deployment.id)
        .where(Placement.id == OutboxItem.lane)
        .scalar_subquery()
    )


def due_destinations(database: Session, targets: Collection[str], now: datetime) -> list[tuple[UUID, str]]:
    """Destination and target of all that is due, without suspended platforms: what is for them waits."""
    due = (
        select(OutboxItem.destination, OutboxItem.target)
        .outerjoin(Platform, Platform.id == OutboxItem.destination)
        .where(OutboxItem.status == WAITING, OutboxItem.due_at <= now, OutboxItem.target.in_(targets))
        .where(OutboxItem.destination.is_not(None), or_(Platform.id.is_(None), Platform.status == "active"))
        .where(or_(OutboxItem.leased_until.is_(None), OutboxItem.leased_until < now))
        .distinct()
    )
    return [(row.destination, row.target) for row in database.execute(due) if row.destination is not None]
