"""Reads what we know of a platform and of whoever launches, as plain values that outlive the transaction.

At nine in the morning everybody launches at once: statements are compiled once, no ORM objects are made, and
one question brings all that a launch needs, because round trips cost more than the database does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Engine, Select, Table, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink
from lms_plugin.lti.role_overrides import RoleOverride
from lms_plugin.people.learner import Learner
from lms_plugin.prepared import Prepared
from lms_plugin.storage import Base

Rows = Mapping[Any, Any]  # by column


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
    extra_origins: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a message, not yet verified, says it is about; None where it says nothing readable."""

    state_hash: str
    deployment_id: str | None
    context_id: str | None
    link_id: str | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is already; `rows` by column, null where there is nothing."""

    platform: KnownPlatform
    rows: Rows

    @property
    def is_used_up(self) -> bool:
        """Whether the login was answered before."""
        return self.rows[REPORTS.c.id] is not None

    @property
    def has_role_overrides(self) -> bool:
        """Whether some roles of this platform mean something else than usual; who has none is not asked."""
        return bool(self.rows[HAS_OVERRIDES])

    @property
    def deployment(self) -> tuple[UUID, str] | None:
        """Id and status of the deployment's row."""
        found = self.rows[DEPLOYMENTS.c.id]
        return None if found is None else (found, self.rows[DEPLOYMENTS.c.status])


def table_of(entity: type[Base]) -> Table:
    """The table behind a model."""
    return cast("Table", entity.__table__)


PLATFORMS, DEPLOYMENTS, REPORTS = table_of(Platform), table_of(Deployment), table_of(LaunchReport)
CONTEXTS, LINKS = table_of(LtiContext), table_of(ResourceLink)
LEARNERS, PLACEMENTS = table_of(Learner), table_of(Placement)
OVERRIDES = table_of(RoleOverride)
HAS_OVERRIDES = exists().where(OVERRIDES.c.platform_id == PLATFORMS.c.id).label("has_role_overrides")
PLATFORM_COLUMNS = tuple(PLATFORMS.c[field.name] for field in fields(KnownPlatform))
_OF_ISSUER = select(*PLATFORM_COLUMNS).where(PLATFORMS.c.issuer == bindparam("issuer"))
OF_ISSUER = Prepared(_OF_ISSUER)
OF_CLIENT = Prepared(_OF_ISSUER.where(PLATFORMS.c.client_id == bindparam("client_id")))
BY_ID = Prepared(select(*PLATFORM_COLUMNS).where(PLATFORMS.c.id == bindparam("platform")))
# What a launch compares with what the message says, and no more: each column costs every launch.
KNOWN_COLUMNS = (
    *PLATFORM_COLUMNS, HAS_OVERRIDES, REPORTS.c.id, DEPLOYMENTS.c.id, DEPLOYMENTS.c.status,
    CONTEXTS.c.id, CONTEXTS.c.label, CONTEXTS.c.title, CONTEXTS.c.memberships_url,
    LINKS.c.id, LINKS.c.title, LINKS.c.context_id, LINKS.c.programme_id, LINKS.c.activity_id,
    LINKS.c.line_item_url, LEARNERS.c.id, LEARNERS.c.name, LEARNERS.c.email,
    PLACEMENTS.c.id, PLACEMENTS.c.subject, PLACEMENTS.c.roles, PLACEMENTS.c.line_item_url,
    PLACEMENTS.c.line_items_url, PLACEMENTS.c.scopes, PLACEMENTS.c.last_launch_at,
)  # fmt: skip


def _everything() -> Select[Any]:
    here = and_(
        DEPLOYMENTS.c.platform_id == PLATFORMS.c.id, DEPLOYMENTS.c.deployment_id == bindparam("deployment")
    )
    course = and_(CONTEXTS.c.deployment_id == DEPLOYMENTS.c.id, CONTEXTS.c.context_id == bindparam("context"))
    link = and_(LINKS.c.deployment_id == DEPLOYMENTS.c.id, LINKS.c.resource_link_id == bindparam("link"))
    person = and_(
        LEARNERS.c.home_page == PLATFORMS.c.actor_home_page, LEARNERS.c.account_name == bindparam("subject")
    )
    behind = and_(PLACEMENTS.c.learner_id == LEARNERS.c.id, PLACEMENTS.c.resource_link_id == LINKS.c.id)
    return (
        select(*KNOWN_COLUMNS)
        .select_from(PLATFORMS)
        .outerjoin(REPORTS, REPORTS.c.state_hash == bindparam("state_hash"))
        .outerjoin(DEPLOYMENTS, here)
        .outerjoin(CONTEXTS, course)
        .outerjoin(LINKS, link)
        .outerjoin(LEARNERS, person)
        .outerjoin(PLACEMENTS, behind)
        .where(PLATFORMS.c.id == bindparam("platform"))
    )


EVERYTHING = Prepared(_everything())


def platforms_of(database: Session | Engine, issuer: str, client_id: str | None) -> list[KnownPlatform]:
    """The registrations of an issuer; at most one when the client id is known."""
    question = OF_ISSUER if client_id is None else OF_CLIENT
    named = {"issuer": issuer} if client_id is None else {"issuer": issuer, "client_id": client_id}
    return [KnownPlatform(*row) for row in question.rows(database, named)]


def platform_of(database: Session, platform_id: UUID) -> KnownPlatform | None:
    """One registration."""
    row = BY_ID.first(database, {"platform": platform_id})
    return None if row is None else KnownPlatform(*row)


def recall(database: Session, platform_id: UUID, question: Question) -> Known | None:
    """All that is known of what a message says it is about; None when the registration is gone."""
    named = {
        "platform": platform_id,
        "state_hash": question.state_hash,
        "deployment": question.deployment_id,
        "context": question.context_id,
        "link": question.link_id,
        "subject": question.subject,
    }
    row = EVERYTHING.first(database, named)
    if row is None:
        return None
    rows = dict(zip(KNOWN_COLUMNS, row, strict=True))
    return Known(KnownPlatform(*row[: len(PLATFORM_COLUMNS)]), rows)
