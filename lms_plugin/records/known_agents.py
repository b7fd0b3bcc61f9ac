"""What is known of an agent from all statements: the Person object (xAPI 1.0.3 Communication 2.4)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.statement import AgentName
from lms_plugin.records.statement_index import agent_key, identity

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
MOST_NAMES = 100


def person(database: Session, agent: Mapping[str, Any]) -> dict[str, Any]:
    """The person with this identifier, with the names that statements gave; also when no statement did.

    We hold no two identifiers for one person's.
    """
    found: dict[str, Any] = {"objectType": "Person"}
    names = _names(database, agent)
    if names:
        found["name"] = names
    return found | {kind: [agent[kind]] for kind in IDENTIFIERS if kind in agent}


def _names(database: Session, agent: Mapping[str, Any]) -> list[str]:
    key = agent_key(agent)
    if key is None:
        return []
    of_agent = select(AgentName.name).where(AgentName.agent_id == identity(key))
    return list(database.scalars(of_agent.order_by(AgentName.name_key).limit(MOST_NAMES)))
