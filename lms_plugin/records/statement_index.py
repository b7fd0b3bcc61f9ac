"""What the filters of the LRS look at: agents, activities, registration and reference of a statement."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

Json = Mapping[str, Any]
Part = tuple[Json, bool]  # an agent or activity, and whether it is only related
LONGEST_KEY_BYTES = 1000  # a b-tree entry of PostgreSQL ends at 2,704 bytes
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")


def index_key(text: str) -> str:
    """The text as it is indexed: itself, or its hash where a database could not index it."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= LONGEST_KEY_BYTES and "\x00" not in text:
        return text
    return f"sha256|{hashlib.sha256(raw).hexdigest()}"


@functools.lru_cache(maxsize=20_000)
def identity(key: str) -> UUID:
    """The id of what has this index key: half of its SHA-256, so that nobody need ask for it."""
    return UUID(bytes=hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:16])


def agent_key(agent: Json) -> str | None:
    """The one identifier of an agent or group as one string; None for an anonymous group."""
    if "account" in agent:
        return index_key(f"account|{agent['account']['homePage']}|{agent['account']['name']}")
    for kind in ("mbox", "mbox_sha1sum", "openid"):
        if kind in agent:
            return index_key(f"{kind}|{agent[kind]}")
    return None


def agents_of(statement: Json) -> Iterator[Part]:
    """Every agent and group but the authority, members of groups included.

    Not related are actor, object and their members: what `agent` matches without `related_agents`
    (Communication 2.1.3; 2.0 adds the context agents to the related ones).
    """
    for agent in _with_members(_actor_and_object(statement)):
        yield agent, False
    for agent in _with_members(_further_agents(statement)):
        yield agent, True


def _with_members(agents: Iterable[Json]) -> Iterator[Json]:
    for agent in agents:
        yield agent
        yield from agent.get("member", ())


def _actor_and_object(statement: Json) -> Iterator[Json]:
    yield statement["actor"]
    if statement["object"].get("objectType") in {"Agent", "Group"}:
        yield statement["object"]


def _further_agents(statement: Json) -> Iterator[Json]:
    context = statement.get("context")
    if context:
        yield from (context[role] for role in ("instructor", "team") if role in context)
        yield from (item["agent"] for item in context.get("contextAgents", ()))
        yield from (item["group"] for item in context.get("contextGroups", ()))
    inner = statement["object"]
    if inner.get("objectType") == "SubStatement":
        yield from _actor_and_object(inner)
        yield from _further_agents(inner)


def activities_of(statement: Json) -> Iterator[Part]:
    """Every activity: the object, and those that are related (`related_activities`)."""
    if _is_activity(statement["object"]):
        yield statement["object"], False
    for activity in _further_activities(statement):
        yield activity, True


def _is_activity(given: Json) -> bool:
    return bool(given.get("objectType", "Activity") == "Activity")


def _further_activities(statement: Json) -> Iterator[Json]:
    groups = statement.get("context", {}).get("contextActivities")
    if groups:
        for kind in CONTEXT_ACTIVITIES:
            yield from groups.get(kind, ())
    inner = statement["object"]
    if inner.get("objectType") == "SubStatement":
        if _is_activity(inner["object"]):
            yield inner["object"]
        yield from _further_activities(inner)


def reference(statement: Json) -> UUID | None:
    """The id of the statement that the object refers to, if it does."""
    target = statement["object"]
    return UUID(target["id"]) if target.get("objectType") == "StatementRef" else None


def registration(statement: Json) -> UUID | None:
    """The registration in the context."""
    text = statement.get("context", {}).get("registration")
    return UUID(text) if text else None
