"""A learner as statements name them, with what the ids of their statements are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from course_content.facts import Account
from lms_plugin.people.learner import Learner


@dataclass(frozen=True)
class Actor(Account):
    """The account, whose run it is, and the LMS they came from.

    Ids are named after `learner_id`, never after the account: so they stay when the person is erased, and
    nobody can tell from them who it was. `registrations` has the runs that were named before that.
    """

    learner_id: UUID
    came_from: str
    registrations: Mapping[str, str] = field(default_factory=dict)


def actor_of(learner: Learner) -> Actor:
    """The learner as statements name them."""
    return Actor(
        learner.home_page,
        learner.account_name,
        learner.id,
        learner.came_from or learner.home_page,
        learner.registrations or {},
    )
