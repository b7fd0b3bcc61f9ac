"""Reads what we know of platforms, logins and deployments, as plain values that outlive the transaction.

At nine in the morning everybody launches at once: statements are built once, and no ORM objects are made,
because both cost more than the database does.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.protocol_state import LoginState
from lms_plugin.storage import Base


@dataclass(frozen=True, slots=True)
class KnownPlatform:
    """A registration, as far as a launch needs it; see `Platform`."""

    id: UUID
    name: str
    issuer: str
    client_id: str
    auth_login_url: str
    jwks_url: str
    product_family: str
    status: str
    actor_home_page: str


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """A login under way and the registration it is for; see `LoginState`."""

    id: UUID
    nonce_hash: str
    browser_hash: str
    target_link_uri: str
    login_hint: str
    message_hint: str | None
    deployment_hint: str | None
    expires_at: datetime
    consumed_at: datetime | None
    platform: KnownPlatform


def table_of(entity: type[Base]) -> Table:
    """The table behind a model."""
    return cast("Table", entity.__table__)


PLATFORMS, LOGINS, DEPLOYMENTS = table_of(Platform), table_of(LoginState), table_of(Deployment)
PLATFORM_COLUMNS = tuple(PLATFORMS.c[field.name] for field in fields(KnownPlatform))
LOGIN_COLUMNS = tuple(LOGINS.c[field.name] for field in fields(KnownLogin) if field.name != "platform")
OF_ISSUER = select(*PLATFORM_COLUMNS).where(PLATFORMS.c.issuer == bindparam("issuer"))
OF_CLIENT = OF_ISSUER.where(PLATFORMS.c.client_id == bindparam("client_id"))
OF_STATE = (
    select(*LOGIN_COLUMNS, *PLATFORM_COLUMNS)
    .join_from(LOGINS, PLATFORMS, LOGINS.c.platform_id == PLATFORMS.c.id)
    .where(LOGINS.c.state_hash == bindparam("state_hash"))
)
OF_PLATFORM = select(DEPLOYMENTS.c.id, DEPLOYMENTS.c.status).where(
    DEPLOYMENTS.c.platform_id == bindparam("platform_id"),
    DEPLOYMENTS.c.deployment_id == bindparam("deployment_id"),
)


def platforms_of(database: Session, issuer: str, client_id: str | None) -> list[KnownPlatform]:
    """The registrations of an issuer; at most one when the client id is known."""
    question = OF_ISSUER if client_id is None else OF_CLIENT
    named = {"issuer": issuer} if client_id is None else {"issuer": issuer, "client_id": client_id}
    return [KnownPlatform(*row) for row in database.connection().execute(question, named)]


def login_of(database: Session, state_hash: str) -> KnownLogin | None:
    """The login of a state, used or not."""
    row = database.connection().execute(OF_STATE, {"state_hash": state_hash}).first()
    if row is None:
        return None
    width = len(LOGIN_COLUMNS)
    values: list[Any] = list(row)
    return KnownLogin(*[*values[:width], KnownPlatform(*values[width:])])


def deployment_of(database: Session, platform_id: UUID, deployment_id: str) -> tuple[UUID, str] | None:
    """Id and status of a deployment."""
    named = {"platform_id": platform_id, "deployment_id": deployment_id}
    row = database.connection().execute(OF_PLATFORM, named).first()
    return None if row is None else (row[0], row[1])
