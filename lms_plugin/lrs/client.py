"""Who calls: HTTP Basic to a credential, its rights and limits, and the authority that its statements get."""

from dataclasses import dataclass
from typing import Any, cast

from flask import g, request
from sqlalchemy.orm import Session

from course_content.profile import activity_iri
from lms_plugin.errors import Refusal
from lms_plugin.lrs.credential import READ, READ_MINE, InForce, find_in_force, note_use
from lms_plugin.lrs.limits import Limits
from lms_plugin.lrs.rate_limits import count_failure, count_request
from lms_plugin.records.statement_index import agent_key
from lms_plugin.records.statement_reach import Reach
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings


class NotAuthenticated(Refusal):
    """No credential came with the request, or not one in force."""

    code = "not_authenticated"
    status = 401


class NotAllowed(Refusal):
    """The credential's scopes do not reach this far."""

    code = "not_allowed"
    status = 403


@dataclass(frozen=True, slots=True)
class Client:
    """The credential of this request, as far as the views care."""

    key: str
    rights: frozenset[str]
    limits: Limits
    # What answers name when the request names no version.
    version: str

    def authority(self, public_url: str) -> dict[str, Any]:
        """The agent that vouches for what this client stores."""
        return {"objectType": "Agent", "account": {"homePage": public_url, "name": self.key}}

    def require(self, right: str) -> None:
        """Raises NotAllowed without this right."""
        if right not in self.rights:
            raise NotAllowed(f"needs the scope {right}")

    def sees_only(self, public_url: str) -> str | None:
        """The authority whose statements alone it may read; None when it may read all."""
        self.require(READ_MINE)
        return None if READ in self.rights else agent_key(self.authority(public_url))


def authenticate(database: Session) -> None:
    """Keeps the client of this request in `g`; raises NotAuthenticated or TooManyRequests."""
    given = request.authorization
    if given is None or given.type != "basic":
        count_failure()
        raise NotAuthenticated("HTTP Basic is missing")
    found = find_in_force(database, given.username or "", given.password or "", now())
    if found is None:
        count_failure()
        raise NotAuthenticated("key or secret is wrong, or the credential was revoked or has expired")
    count_request(found.id, found.per_minute)
    note_use(database, found, now())
    g.lrs_client = Client(found.key, found.rights, _limits(found), found.version)


def _limits(found: InForce) -> Limits:
    base = settings().public_url
    programme = None if found.programme is None else activity_iri(base, found.programme)
    return Limits(Reach(programme, found.home_page), activity_iri(base, ""))


def current_client() -> Client:
    """The client of this request."""
    return cast("Client", g.lrs_client)
