"""By which link of which LMS a learner works on an activity, written into the evidence before it is told.

What an LMS says of itself changes: it is renamed, registered again, its links move to another course. As with
rules, the recorder appends what is so now to the learner's evidence (`origin.in_force`), the first time and
whenever it has changed, so that statements follow from evidence alone. Nothing in it is about the person.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.orm import Session

Described = Mapping[str, str | None]
# What a placement's LMS, deployment, context and link are, in the words of `Origin`; None if there is none.
Describe = Callable[[Session, UUID], Described | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """The LMS with its name and the home page of its accounts, and LTI's ids of what was opened."""

    platform: str
    home_page: str
    iss: str
    client_id: str
    deployment_id: str
    context_id: str | None
    resource_link_id: str

    def lti(self) -> dict[str, str]:
        """LTI's ids, those that there are."""
        named = ("iss", "client_id", "deployment_id", "context_id", "resource_link_id")
        return {name: value for name, value in asdict(self).items() if name in named and value is not None}


def read_origin(payload: str) -> Origin:
    """The origin that an `origin.in_force` fact holds."""
    return Origin(**json.loads(payload))
