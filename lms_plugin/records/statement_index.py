"""What the filters of the LRS look at: agents, activities, registration and reference of a statement."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

Json = Mapping[str, Any]
LONGEST_KEY_BYTES = 1000  # a b-tree entry of PostgreSQL ends at 2,704 bytes
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")


def index_key(text: str) -> str:
    """The text as it is indexed: itself, or its hash where a database could not index it."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= LONGEST_KEY_BYTES and "\x00" not in text:
        return text
    return f"sha256|{hashlib.sha256(raw).hexdigest()}"


def agent_key(agent: Json) -> str | None:
    """The one identifier of an agent or group as one string; None for an anonymous group."""
    if "account" in agent:
        return index_key(f"account|{agent['account']['homePage']}|{agent['account']['name']}")
    for kind in ("mbox", "mbox_sha1sum", "openid"):
        if kind in agent:
            return index_key(f"{kind}|{agent[kind]}")
    return None


def direct_agents(statement: Json) -> set[str]:
    """Keys of the actor and the object, and of their members: what `agent` matches by itself."""
    return set(_keys(_actor_and_object(statement)))


def related_agents(statement: Json) -> set[str]:
    """Keys that `agent` matches only with `related_agents` (Communication 2.1.3; 2.0: context agents)."""
    return set(_keys(_further_agents(statement)))


def _keys(agents: Iterable[Json]) -> Iterator[str]:
    for agent in agents:
        key = agent_key(agent)
        if key is not None:
            yield key
        yield from _keys(agent.get("member", ()))


def _actor_and_object(statement: Json) -> Iterator[Json]:
    yield statement["actor"]
    if statement["object"].get("objectType") in {"Agent", "Group"}:
        yield statement["object"]


def _further_agents(statement: Json) -> Iterator[Json]:
    context = statement.get("context", {})
    yield from (
        agent
        for agent in (statement.get("authority"), context.get("instructor"), context.get("team"))
        if agent
    )
    yield from (item["agent"] for item in context.get("contextAgents", ()))
    yield from (item["group"] for item in context.get("contextGroups", ()))
    inner = statement["object"]
    if inner.get("objectType") == "SubStatement":
        yield from _actor_and_object(inner)
        yield from _further_agents(inner)


def direct_activities(statement: Json) -> set[str]:
    """Key of the object, when it is an activity."""
    return set(_object_activity(statement))


def related_activities(statement: Json) -> set[str]:
    """Keys that `activity` matches only with `related_activities`."""
    return set(_further_activities(statement))


def _object_activity(statement: Json) -> Iterator[str]:
    if statement["object"].get("objectType", "Activity") == "Activity":
        yield index_key(statement["object"]["id"])


def _further_activities(statement: Json) -> Iterator[str]:
    groups = statement.get("context", {}).get("contextActivities", {})
    for kind in CONTEXT_ACTIVITIES:
        yield from (index_key(activity["id"]) for activity in groups.get(kind, ()))
    inner = statement["object"]
    if inner.get("objectType") == "SubStatement":
        yield from _object_activity(inner)
        yield from _further_activities(inner)


def reference(statement: Json) -> UUID | None:
    """The id of the statement that the object refers to, if it does."""
    target = statement["object"]
    return UUID(target["id"]) if target.get("objectType") == "StatementRef" else None


def registration(statement: Json) -> UUID | None:
    """The registration in the context."""
    text = statement.get("context", {}).get("registration")
    return UUID(text) if text else None
