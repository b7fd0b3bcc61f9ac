"""Where a score goes: everything read before the database session closes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms_plugin.delivery.columns import Wanted, resource_id_of
from lms_plugin.lti.ags import SCORE_SCOPE
from lms_plugin.lti.content_items import TAG
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.families.strict import Strict
from lms_plugin.lti.line_item import LineItem
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink

MAXIMUM = 100.0


@dataclass(frozen=True, slots=True)
class GradeBook:
    """The LMS, the person there, and the column: its address, or what to look for.

    `is_open` is False while our administrator keeps the deployment suspended.
    """

    platform: Platform
    family: Strict
    subject: str
    line_item_url: str
    wanted: Wanted
    is_open: bool


def read_grade_book(database: Session, placement_id: UUID) -> GradeBook | str:
    """Where the scores of a placement go; or, in words, why nobody there wants them."""
    to_platform = joinedload(Placement.resource_link).joinedload(ResourceLink.deployment)
    question = select(Placement).where(Placement.id == placement_id)
    placement = database.scalar(question.options(to_platform.joinedload(Deployment.platform)))
    if placement is None:
        return "the link in the LMS is gone"
    if SCORE_SCOPE not in placement.scopes:
        return "the LMS lets us send no scores"
    deployment = placement.resource_link.deployment
    platform = deployment.platform
    family = family_of(platform.product_family, platform.auth_token_url)
    known = placement.resource_link.line_item_url or placement.line_item_url or ""
    is_open = deployment.status == "active"
    return GradeBook(platform, family, placement.subject, known, _wanted(placement, family), is_open)


def _wanted(placement: Placement, family: Strict) -> Wanted:
    link = placement.resource_link
    named = resource_id_of(link.programme_id or "", link.activity_id or "")
    column = LineItem(
        label=link.title or named,
        score_maximum=MAXIMUM,
        resource_id=named,
        tag=TAG,
        resource_link_id=link.resource_link_id,
    )
    return Wanted(
        link.id, placement.line_items_url or "", frozenset(placement.scopes), family.line_item(column)
    )
