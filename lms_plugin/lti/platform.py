"""The LMSs that may launch us: registrations, their deployments, courses and links."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms_plugin.people.learner import Learner
from lms_plugin.storage import Base, Instant


class Platform(Base):
    """One registration of us in an LMS: issuer and client id together name it (LTI 1.3 §3.1.2)."""

    __tablename__ = "platforms"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(255))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    auth_login_url: Mapped[str] = mapped_column(String(2000))
    auth_token_url: Mapped[str] = mapped_column(String(2000))
    # What the LMS wants as `aud` of our client assertion when it is not the token URL (Brightspace).
    token_audience: Mapped[str | None] = mapped_column(String(2000))
    jwks_url: Mapped[str] = mapped_column(String(2000))
    product_family: Mapped[str] = mapped_column(String(50), default="")
    status: Mapped[str] = mapped_column(String(20), default="active")  # active | pending | suspended
    # Who brought the registration here, in words; when it was approved, and until then nobody launches.
    registered_by: Mapped[str] = mapped_column(String(255), default="")
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    # homePage of our actors: the issuer, unless several registrations share one issuer.
    actor_home_page: Mapped[str] = mapped_column(String(500))
    # Origins besides those of issuer and login address that may frame us (Canvas: the school's own host).
    extra_origins: Mapped[str] = mapped_column(Text, default="")
    anonymous_allowed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    deployments: Mapped[list["Deployment"]] = relationship(back_populates="platform")


class Deployment(Base):
    """One installation of us inside a platform; the tenant hangs here."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255), default="")
    status: Mapped[str] = mapped_column(String(20), default="active")  # active | pending | suspended
    created_at: Mapped[datetime] = mapped_column(Instant)
    platform: Mapped[Platform] = relationship(back_populates="deployments")


class LtiContext(Base):
    """A course of the LMS."""

    __tablename__ = "lti_contexts"
    __table_args__ = (UniqueConstraint("deployment_id", "context_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployments.id"))
    context_id: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    memberships_url: Mapped[str | None] = mapped_column(Text)


class ResourceLink(Base):
    """A link in a course that opens one activity of ours."""

    __tablename__ = "resource_links"
    __table_args__ = (UniqueConstraint("deployment_id", "resource_link_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployments.id"))
    context_id: Mapped[UUID | None] = mapped_column(ForeignKey("lti_contexts.id"))
    resource_link_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500), default="")
    programme_id: Mapped[str | None] = mapped_column(String(100))
    activity_id: Mapped[str | None] = mapped_column(String(100))
    # The grade book column of this link, for all its learners: what the last launch that named one said, or
    # what we found or made. Until `line_item_asked_until` one worker is looking for it.
    line_item_url: Mapped[str | None] = mapped_column(Text)
    line_item_asked_until: Mapped[datetime | None] = mapped_column(Instant)
    deployment: Mapped[Deployment] = relationship()
    context: Mapped[LtiContext | None] = relationship()


class Placement(Base):
    """One learner behind one resource link, with where the LMS wants the score, if it does."""

    __tablename__ = "placements"
    __table_args__ = (UniqueConstraint("learner_id", "resource_link_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learners.id"))
    resource_link_id: Mapped[UUID] = mapped_column(ForeignKey("resource_links.id"))
    # The LMS's own id of the person, as in this platform's `sub`: what a Score must name.
    subject: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]] = mapped_column(JSON)
    line_item_url: Mapped[str | None] = mapped_column(Text)
    line_items_url: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    last_launch_at: Mapped[datetime] = mapped_column(Instant)
    learner: Mapped[Learner] = relationship()
    resource_link: Mapped[ResourceLink] = relationship()
