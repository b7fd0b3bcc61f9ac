"""Who calls: HTTP Basic to a credential, its rights, and the authority that its statements get."""

from dataclasses import dataclass
from typing import Any, cast

from flask import g, request
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lrs.credential import READ, READ_MINE, find_grant
from lms_plugin.records.statement_index import agent_key


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
    """Keeps the client of this request in `g`; raises NotAuthenticated."""
    given = request.authorization
    if given is None or given.type != "basic":
        raise NotAuthenticated("HTTP Basic is missing")
    key = given.username or ""
    grant = find_grant(database, key, given.password or "")
    if grant is None:
        raise NotAuthenticated("key or secret is wrong, or the credential was revoked")
    g.lrs_client = Client(key, grant.rights, grant.version)


def current_client() -> Client:
    """The client of this request."""
    return cast("Client", g.lrs_client)
