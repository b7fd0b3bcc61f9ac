"""Whose submission a visit may look at: kept when an LMS asks for a review (Submission Review 1.0)."""

from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms_plugin.lti.launch import Launch
from lms_plugin.lti.platform import Placement, ResourceLink
from lms_plugin.storage import Base


class SubmissionReview(Base):
    """The one learner, behind one link, that a visit may review; none when they never came."""

    __tablename__ = "submission_reviews"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placements.id", ondelete="CASCADE"))
    placement: Mapped[Placement | None] = relationship()


def find_reviewed(database: Session, launch: Launch) -> Placement | None:
    """The learner's placement behind the link of the message, in this very deployment.

    A person of another deployment with the same id is never found, nor one who did not come by this link
    or by another one to the same column.
    """
    message = launch.message
    if message.link is None:
        return None
    of_person = (
        select(Placement)
        .join(ResourceLink, Placement.resource_link_id == ResourceLink.id)
        .where(ResourceLink.deployment_id == launch.deployment_id, Placement.subject == message.reviewed)
        .order_by(Placement.last_launch_at.desc())
    )
    by_link = of_person.where(ResourceLink.resource_link_id == message.link.id)
    by_column = of_person.where(Placement.line_item_url == message.services.line_item_url)
    return database.scalar(by_link.limit(1)) or database.scalar(by_column.limit(1))
