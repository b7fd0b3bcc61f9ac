"""The target that the settings name (`COALIZIONE_LRS_*`): made, kept up to date, paused when gone."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.leasing import locked_target
from lms_plugin.delivery.forwarding.sealed_secret import open_secret, seal_secret
from lms_plugin.delivery.forwarding.tables import (
    ACTIVE,
    BY_SETTINGS,
    PAUSED,
    ForwardingTarget,
)
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.settings import Settings

FROM_SETTINGS = uuid5(NAMESPACE_URL, "urn:coalizione:external-lrs")
NAME = "LRS esterno"
# Statements once waited in the outbox; what a process of an earlier version still puts there goes by cursor.
FORMER_TARGET = "lrs"


def adopt_settings(database: Session, settings: Settings, now: datetime) -> None:
    """Brings the target of the settings up to date when a worker starts; inside the caller's `writing`."""
    database.execute(delete(OutboxItem).where(OutboxItem.target == FORMER_TARGET))
    target = locked_target(database, FROM_SETTINGS)
    if settings.lrs_endpoint:
        target = target or _new(database, now)
        _update(target, settings, now)
    elif target is not None and target.status == ACTIVE:
        _set_status(target, PAUSED, BY_SETTINGS, now)


def _new(database: Session, now: datetime) -> ForwardingTarget:
    """From the first statement on: nothing was ever sent there that we know of."""
    target = ForwardingTarget(
        id=FROM_SETTINGS, name=NAME, url="", key="", sealed_secret=b"", version="1.0.3", origin="own",
        canary=False, created_at=now, status=PAUSED, paused_by=BY_SETTINGS, status_at=now,
    )  # fmt: skip
    database.add(target)
    database.flush()
    return target


def _update(target: ForwardingTarget, settings: Settings, now: datetime) -> None:
    target.url, target.key = settings.lrs_endpoint, settings.lrs_key
    if open_secret(settings.secret_key, target.sealed_secret) != settings.lrs_secret:
        target.sealed_secret = seal_secret(settings.secret_key, settings.lrs_secret)
    if target.paused_by == BY_SETTINGS:
        _set_status(target, ACTIVE, "", now)


def _set_status(target: ForwardingTarget, status: str, by: str, now: datetime) -> None:
    target.status, target.paused_by, target.status_at = status, by, now
