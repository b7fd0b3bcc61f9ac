"""Role mapping kept as data: what a role of one LMS, or of one deployment in it, means here.

An override gives the parts that a launch can give, never one of staff. It names the role exactly as the LMS
sends it, so that nothing similar is meant by accident.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, delete, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms_plugin.errors import Refusal
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.reading import LONGEST_URL
from lms_plugin.people.role import LAUNCHED_ROLES, Role
from lms_plugin.storage import Base, Instant, reading

PARTS = tuple(sorted(LAUNCHED_ROLES))
MOST_OVERRIDES = 100
LONGEST_ROLE = 500
Overrides = Mapping[str, Role]


class OverrideInvalid(Refusal):
    """A role or part that cannot be; the sentence says what to write."""

    code = "override_invalid"


class RoleOverride(Base):
    """One role string of a platform, or of one deployment of it, and the part it gives."""

    __tablename__ = "role_overrides"
    # Null differs from null in a unique index, so one for each kind.
    __table_args__ = (
        Index(
            "uq_role_overrides_platform", "platform_id", "role", unique=True,
            sqlite_where=text("deployment_id IS NULL"), postgresql_where=text("deployment_id IS NULL"),
        ),
        Index("uq_role_overrides_deployment", "platform_id", "deployment_id", "role", unique=True),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployments.id"))
    role: Mapped[str] = mapped_column(String(LONGEST_ROLE))
    part: Mapped[Role] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)
    deployment: Mapped[Deployment | None] = relationship()


def overrides_of(database: Session, platform_id: UUID) -> list[RoleOverride]:
    """Every override of a platform, those of the whole platform first."""
    question = select(RoleOverride).where(RoleOverride.platform_id == platform_id)
    found = database.scalars(question)
    return sorted(found, key=lambda one: (one.deployment is not None, str(one.deployment_id), one.role))


def overrides_for(database: Session, platform_id: UUID, deployment_id: UUID) -> Overrides:
    """The overrides of a launch from here; those of the deployment beat those of the platform."""
    here = or_(RoleOverride.deployment_id.is_(None), RoleOverride.deployment_id == deployment_id)
    question = select(RoleOverride.role, RoleOverride.part, RoleOverride.deployment_id)
    with reading(database) as connection:
        found = connection.execute(question.where(RoleOverride.platform_id == platform_id, here)).all()
    found = sorted(found, key=lambda row: row.deployment_id is not None)
    return {row.role: Role(row.part) for row in found}


def add_override(
    database: Session, platform: Platform, deployment: Deployment | None, role: str, part: str, now: datetime
) -> bool:
    """Makes the role mean the part, whatever it meant; whether that was a change. Inside `writing`.

    Raises OverrideInvalid.
    """
    wanted = role.strip()
    fault = override_fault(wanted, part)
    if fault:
        raise OverrideInvalid(fault)
    known = overrides_of(database, platform.id)
    where = deployment.id if deployment else None
    for one in known:
        if (one.deployment_id, one.role) == (where, wanted):
            changed = one.part != part
            one.part = Role(part)
            return changed
    if len(known) >= MOST_OVERRIDES:
        raise OverrideInvalid(f"at most {MOST_OVERRIDES} roles for one platform")
    row = RoleOverride(
        platform_id=platform.id, deployment_id=where, role=wanted, part=Role(part), created_at=now
    )
    database.add(row)
    return True


def override_fault(role: str, part: str) -> str:
    """What is wrong, as a sentence; empty for nothing."""
    if not 0 < len(role) <= LONGEST_ROLE or not role.isprintable() or len(role) > LONGEST_URL:
        return f"role: write it exactly as the LMS sends it, 1 to {LONGEST_ROLE} characters"
    if part not in PARTS:
        return f"part: one of {', '.join(PARTS)}; an LMS's role never gives a part of the staff"
    return ""


def remove_override(database: Session, platform_id: UUID, override_id: UUID) -> bool:
    """Gives the role its usual meaning back; whether there was an override. Inside `writing`."""
    mine = (RoleOverride.id == override_id, RoleOverride.platform_id == platform_id)
    return database.scalar(delete(RoleOverride).where(*mine).returning(RoleOverride.id)) is not None
