"""Whether statements follow a profile: the algorithms of the Profile specification, Part 3, 2.1 and 2.2."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
UNMATCHABLE = object()
STEP = re.compile(r"\.(?P<child>[A-Za-z_]\w*)|\[(?P<union>\*|\d+(?:,\d+)*|'[^']*'(?:,'[^']*')*)\]")
DETERMINING = {
    "contextGroupingActivityType": "grouping",
    "contextParentActivityType": "parent",
    "contextOtherActivityType": "other",
    "contextCategoryActivityType": "category",
}


def find(value: Any, path: str) -> list[Any]:
    """What a JSONPath of the specification's kind finds; raises ValueError for any other."""
    return [found for one in path.split("|") for found in _walk(value, one.strip())]


def _walk(value: Any, path: str) -> list[Any]:
    found, place = [value], 1 if path.startswith("$") else 0
    if not path.startswith(("$", "[")):
        path = f".{path}"
    while place < len(path):
        step = STEP.match(path, place)
        if step is None:
            raise ValueError(f"not a JSONPath of a statement template: {path}")
        found = [child for one in found for child in _children(one, step)]
        place = step.end()
    return found


def _children(value: Any, step: re.Match[str]) -> Iterator[Any]:
    wanted = [step["child"]] if step["child"] else re.findall(r"\*|\d+|'[^']*'", step["union"])
    for one in wanted:
        if one == "*":
            yield from (
                value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
            )
        elif one.isdigit() and isinstance(value, list):
            yield from value[int(one) : int(one) + 1]
        elif isinstance(value, Mapping) and one.strip("'") in value:
            yield value[one.strip("'")]


def matching(statement: Json, profile: Json) -> list[str]:
    """Ids of the templates that the statement matches; AssertionError where it breaks a rule of one."""
    fitting = [one for one in profile["templates"] if _is_of(statement, one)]
    broken = [
        f"{one['id']}: {rule['location']}"
        for one in fitting
        for rule in one.get("rules", ())
        if not follows_rule(statement, rule)
    ]
    assert not broken, broken
    return [one["id"] for one in fitting]


def _is_of(statement: Json, template: Json) -> bool:
    groups = statement.get("context", {}).get("contextActivities", {})
    named = (
        template.get("verb") in {None, statement["verb"]["id"]},
        template.get("objectActivityType") in {None, statement["object"].get("definition", {}).get("type")},
    )
    types = {
        name: {one.get("definition", {}).get("type") for one in groups.get(kind, ())}
        for name, kind in DETERMINING.items()
    }
    return all(named) and all(set(template.get(name, ())) <= types[name] for name in DETERMINING)


def follows_rule(statement: Json, rule: Json) -> bool:
    """`follows_rule` of the specification."""
    values = find(statement, rule["location"])
    if "selector" in rule:
        values = [one for value in values for one in find(value, rule["selector"]) or [UNMATCHABLE]]
    presence = rule.get("presence")
    matchable = [one for one in values if one is not UNMATCHABLE]
    if presence == "included" and (not values or len(matchable) < len(values)):
        return False
    if presence == "excluded":
        return not matchable
    if presence == "recommended" and not values:
        return True
    return _values_allowed(values, matchable, rule)


def _values_allowed(values: Sequence[Any], matchable: Sequence[Any], rule: Json) -> bool:
    if "any" in rule and not any(one in rule["any"] for one in matchable):
        return False
    if "all" in rule and (len(matchable) < len(values) or not all(one in rule["all"] for one in matchable)):
        return False
    return not any(one in rule.get("none", ()) for one in matchable)


def follows_patterns(statements: Sequence[Json], profile: Json) -> bool:
    """Whether the statements of one run, in order, follow a primary pattern of the profile."""
    told = [frozenset(matching(one, profile)) for one in statements]
    parts = {one["id"]: one for one in profile["patterns"]}
    primary = [one["id"] for one in profile["patterns"] if one.get("primary")]
    return any(len(told) in _ends(told, 0, one, parts) for one in primary)


def _ends(told: Sequence[frozenset[str]], start: int, part: str, parts: Mapping[str, Json]) -> set[int]:
    """Where a match of the part that begins at `start` can end: all places, not the greedy one only."""
    if part not in parts:
        return {start + 1} if start < len(told) and part in told[start] else set()
    pattern = parts[part]
    if "alternates" in pattern:
        return {end for one in pattern["alternates"] for end in _ends(told, start, one, parts)}
    if "sequence" in pattern:
        ends = {start}
        for one in pattern["sequence"]:
            ends = {later for end in ends for later in _ends(told, end, one, parts)}
        return ends
    if "optional" in pattern:
        return {start} | _ends(told, start, pattern["optional"], parts)
    repeated = pattern.get("oneOrMore") or pattern["zeroOrMore"]
    ends = _repeated(told, start, repeated, parts)
    return ends if "oneOrMore" in pattern else ends | {start}


def _repeated(told: Sequence[frozenset[str]], start: int, part: str, parts: Mapping[str, Json]) -> set[int]:
    ends: set[int] = set()
    fresh = {start}
    while fresh:
        fresh = {end for one in fresh for end in _ends(told, one, part, parts)} - ends
        ends |= fresh
    return ends
