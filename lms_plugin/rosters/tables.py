"""What is kept of a course's roster. Nobody in it becomes a learner: that happens only by a launch."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms_plugin.lti.platform import LtiContext
from lms_plugin.people.role import Role
from lms_plugin.storage import Base, Instant

OF_A_COURSE = "lti_contexts.id"


class CourseRoster(Base):
    """The roster of one course: when it is read next, by whom just now, and how it went so far."""

    __tablename__ = "course_rosters"

    # With the course goes everything here: whoever deletes a platform need not know this room.
    context_id: Mapped[UUID] = mapped_column(ForeignKey(OF_A_COURSE, ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)
    requested_at: Mapped[datetime | None] = mapped_column(Instant)  # somebody pressed the button
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    first_read_at: Mapped[datetime | None] = mapped_column(Instant)
    previous_read_at: Mapped[datetime | None] = mapped_column(Instant)
    last_read_at: Mapped[datetime | None] = mapped_column(Instant)
    context: Mapped[LtiContext] = relationship()


class RosterSync(Base):
    """One attempt to read a roster, whatever became of it; `answer` is the LMS's own words."""

    __tablename__ = "roster_syncs"
    __table_args__ = (Index(None, "context_id", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    context_id: Mapped[UUID] = mapped_column(ForeignKey(OF_A_COURSE, ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    cause: Mapped[str] = mapped_column(String(20))  # nightly | asked
    outcome: Mapped[str] = mapped_column(String(20))  # done | refused | unavailable | broken
    http_status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    pages: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0)
    joined: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # reason: how many entries


class Membership(Base):
    """One person of a course's roster, as the LMS listed them last (NRPS 2.0 §2.2)."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("context_id", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    context_id: Mapped[UUID] = mapped_column(ForeignKey(OF_A_COURSE, ondelete="CASCADE"))
    # The LMS's id, the `sub` of a launch: with the platform's home page it names a learner, if there is one.
    user_id: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]] = mapped_column(JSON)
    part: Mapped[Role] = mapped_column(String(20))  # shown only: what somebody may do is decided at a launch
    part_before: Mapped[Role | None] = mapped_column(String(20))
    part_changed_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(20))  # Active | Inactive
    name: Mapped[str] = mapped_column(String(255), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    first_seen: Mapped[datetime] = mapped_column(Instant)
    joined_at: Mapped[datetime] = mapped_column(Instant)  # later than first_seen for one who came back
    last_seen: Mapped[datetime] = mapped_column(Instant)
    gone_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
