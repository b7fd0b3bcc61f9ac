"""The formats `ids` and `canonical` of GET /statements (xAPI 1.0.3 Communication 2.1.3)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lms_plugin.lrs.validation.agents import IDENTIFIERS

Json = dict[str, Any]
Change = Callable[[Json], Json]
COMPONENTS = ("choices", "scale", "source", "target", "steps")


def ids_only(statement: Json) -> Json:
    """The statement with nothing in agents, activities, verbs and groups but what identifies them."""
    return _changed(statement, agent=_agent_id, activity=_activity_id, verb=_verb_id)


def activities_of(statements: Iterable[Json]) -> set[str]:
    """The ids of all activities that the statements name."""
    found: set[str] = set()

    def note(activity: Json) -> Json:
        found.add(activity["id"])
        return activity

    for statement in statements:
        _changed(statement, agent=_same_form, activity=note, verb=_same_form)
    return found


def canonical(statement: Json, definitions: Mapping[str, Json], liked: Sequence[str]) -> Json:
    """The statement with the definitions that we know of its activities, and one language in each map of an
    activity or verb: that of the tags its reader likes, best first, or the first there is.
    """

    def known(activity: Json) -> Json:
        definition = definitions.get(activity["id"])
        return activity if definition is None else {**activity, "definition": definition}

    return _changed(
        statement,
        agent=_same_form,
        activity=lambda activity: _activity_in(known(activity), liked),
        verb=lambda verb: _maps_in(verb, ("display",), liked),
    )


def _changed(statement: Json, *, agent: Change, activity: Change, verb: Change) -> Json:
    changed = {**statement, "actor": agent(statement["actor"]), "verb": verb(statement["verb"])}
    kind = statement["object"].get("objectType", "Activity")
    if kind == "SubStatement":
        changed["object"] = _changed(statement["object"], agent=agent, activity=activity, verb=verb)
    elif kind != "StatementRef":
        changed["object"] = (activity if kind == "Activity" else agent)(statement["object"])
    if "authority" in statement:
        changed["authority"] = agent(statement["authority"])
    if "context" in statement:
        changed["context"] = _context(statement["context"], agent, activity)
    return changed


def _context(context: Json, agent: Change, activity: Change) -> Json:
    changed = dict(context)
    for role in ("instructor", "team"):
        if role in context:
            changed[role] = agent(context[role])
    for list_name, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        if list_name in context:
            changed[list_name] = [{**item, member: agent(item[member])} for item in context[list_name]]
    if "contextActivities" in context:
        groups = context["contextActivities"]
        changed["contextActivities"] = {kind: [activity(one) for one in groups[kind]] for kind in groups}
    return changed


def _same_form(value: Json) -> Json:
    return value


def _agent_id(agent: Json) -> Json:
    identifiers = {name: agent[name] for name in ("objectType", *IDENTIFIERS) if name in agent}
    if "member" in agent and not identifiers.keys() & set(IDENTIFIERS):
        identifiers["member"] = [_agent_id(one) for one in agent["member"]]
    return identifiers


def _activity_id(activity: Json) -> Json:
    return {"id": activity["id"]}


def _verb_id(verb: Json) -> Json:
    return {"id": verb["id"]}


def _maps_in(value: Json, names: tuple[str, ...], liked: Sequence[str]) -> Json:
    maps = {name: _one(value[name], liked) for name in names if value.get(name)}
    return {**value, **maps}


def _one(language_map: Mapping[str, str], liked: Sequence[str]) -> dict[str, str]:
    chosen = _best(list(language_map), liked)
    return {chosen: language_map[chosen]}


def _best(offered: Sequence[str], liked: Sequence[str]) -> str:
    """Per liked tag: itself, else one that it begins or that begins it (en for en-GB, en-GB for en)."""
    for tag in (one.lower() for one in liked):
        for fits in (_same, _wider, _narrower):
            found = next((one for one in offered if fits(one.lower(), tag)), None)
            if found is not None:
                return found
    return offered[0]


def _same(offered: str, tag: str) -> bool:
    return offered == tag


def _wider(offered: str, tag: str) -> bool:
    return tag.startswith(f"{offered}-")


def _narrower(offered: str, tag: str) -> bool:
    return offered.startswith(f"{tag}-")


def _activity_in(activity: Json, liked: Sequence[str]) -> Json:
    if "definition" not in activity:
        return activity
    definition = _maps_in(activity["definition"], ("name", "description"), liked)
    for name in COMPONENTS:
        if name in definition:
            definition[name] = [_maps_in(one, ("description",), liked) for one in definition[name]]
    return {**activity, "definition": definition}
