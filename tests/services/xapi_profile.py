"""The MUSTs of the xAPI Profile specification (Structure 6 to 9) as a checker of one document."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft7Validator

from tests.services.xapi_templates import find

Json = Mapping[str, Any]
Check = Callable[[Any], bool]
OPERATORS = ("alternates", "optional", "oneOrMore", "sequence", "zeroOrMore")


def is_iri(value: Any) -> bool:
    """An absolute IRI."""
    return isinstance(value, str) and bool(urlsplit(value).scheme) and not re.search(r"\s", value)


def is_language_map(value: Any) -> bool:
    """A language map with at least one text."""
    tags = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
    return (
        isinstance(value, dict)
        and bool(value)
        and all(tags.fullmatch(tag) and isinstance(text, str) and text for tag, text in value.items())
    )


def is_time(value: Any) -> bool:
    """A timestamp with a zone."""
    return datetime.fromisoformat(value).utcoffset() is not None


def iris(value: Any) -> bool:
    """A list of IRIs, at least one."""
    return isinstance(value, list) and bool(value) and all(map(is_iri, value))


def texts_only(value: Any) -> bool:
    """Any value; shape is looked at elsewhere."""
    return value is not None


TEXT: Check = lambda value: isinstance(value, str) and bool(value)  # noqa: E731 - a row of a table
FLAG: Check = lambda value: isinstance(value, bool)  # noqa: E731 - a row of a table
CONCEPT = {
    "id": is_iri,
    "type": TEXT,
    "inScheme": is_iri,
    "prefLabel": is_language_map,
    "definition": is_language_map,
}
# Required and optional members of each object; anything else is refused.
MEMBERS: Mapping[str, tuple[Mapping[str, Check], Mapping[str, Check]]] = {
    "profile": (
        {
            "id": is_iri, "@context": texts_only, "type": TEXT, "conformsTo": is_iri,
            "prefLabel": is_language_map,
            "definition": is_language_map, "versions": texts_only, "author": texts_only,
        },
        {"seeAlso": is_iri, "concepts": texts_only, "templates": texts_only, "patterns": texts_only},
    ),
    "version": ({"id": is_iri, "generatedAtTime": is_time}, {"wasRevisionOf": iris}),
    "author": ({"type": TEXT, "name": TEXT}, {"url": is_iri}),
    "extension": (
        CONCEPT,
        {
            "deprecated": FLAG, "recommendedActivityTypes": iris, "recommendedVerbs": iris, "context": is_iri,
            "schema": is_iri, "inlineSchema": TEXT,
        },
    ),
    "template": (
        CONCEPT,
        {
            "deprecated": FLAG, "verb": is_iri, "objectActivityType": is_iri,
            "contextGroupingActivityType": iris,
            "contextParentActivityType": iris, "contextOtherActivityType": iris,
            "contextCategoryActivityType": iris,
            "attachmentUsageType": iris,
            "objectStatementRefTemplate": iris, "contextStatementRefTemplate": iris,
            "rules": texts_only,
        },
    ),
    "rule": (
        {"location": TEXT},
        {
            "selector": TEXT, "presence": TEXT, "any": texts_only, "all": texts_only, "none": texts_only,
            "scopeNote": is_language_map,
        },
    ),
    "pattern": (
        {"id": is_iri, "type": TEXT},
        {
            "primary": FLAG, "inScheme": is_iri, "prefLabel": is_language_map, "definition": is_language_map,
            "deprecated": FLAG, "alternates": iris, "optional": is_iri, "oneOrMore": is_iri, "sequence": iris,
            "zeroOrMore": is_iri,
        },
    ),
}  # fmt: skip


def flaws(document: Json) -> list[str]:
    """Every MUST that the document breaks, in words."""
    return [*_empty_values(document, "$"), *_shapes(document), *_profile(document), *_patterns(document)]


def _shapes(document: Json) -> Iterator[str]:
    yield from _members("profile", document)
    yield from _members("author", document.get("author", {}))
    for kind, name in (
        ("version", "versions"),
        ("extension", "concepts"),
        ("template", "templates"),
        ("pattern", "patterns"),
    ):
        for one in document.get(name, ()):
            yield from _members(kind, one)
    for template in document.get("templates", ()):
        for rule in template.get("rules", ()):
            yield from _members("rule", rule)
            yield from _rule(rule)


def _members(kind: str, value: Json) -> Iterator[str]:
    required, optional = MEMBERS[kind]
    yield from (f"{kind} {value.get('id')} lacks {name}" for name in required if name not in value)
    known = {**required, **optional}
    for name, one in value.items():
        if name not in known or not known[name](one):
            yield f"{kind} {value.get('id')}: {name} is wrong"


def _empty_values(value: Any, path: str) -> Iterator[str]:
    """Structure 4.0: no empty objects, null, empty strings or empty arrays."""
    if value is None or value in ("", [], {}):
        yield f"{path} is empty"
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, one in children:
        yield from _empty_values(one, f"{path}.{name}")


def _profile(document: Json) -> Iterator[str]:
    versions = [one["id"] for one in document["versions"]]
    parts = [one for name in ("concepts", "templates", "patterns") for one in document.get(name, ())]
    ids = [document["id"], *versions, *(one["id"] for one in parts)]
    expected = {
        "@context": document["@context"] == "https://w3id.org/xapi/profiles/context",
        "type": document["type"] == "Profile",
        "conformsTo": document["conformsTo"] == "https://w3id.org/xapi/profiles#1.0",
        "author": document.get("author", {}).get("type") in {"Organization", "Person"},
        "ids are distinct": len(set(ids)) == len(ids),
        "inScheme is the version described": {one["inScheme"] for one in parts} == {versions[0]},
        "later versions say what they revise": all(
            ("wasRevisionOf" in one) == (one is not document["versions"][-1]) for one in document["versions"]
        ),
    }
    yield from (name for name, right in expected.items() if not right)
    for concept in document.get("concepts", ()):
        if concept["type"] != "ContextExtension" or ("schema" in concept and "inlineSchema" in concept):
            yield f"{concept['id']} is of a wrong type or has two schemas"
        Draft7Validator.check_schema(json.loads(concept["inlineSchema"]))
    for template in document.get("templates", ()):
        if {"objectStatementRefTemplate", "objectActivityType"} <= template.keys():
            yield f"{template['id']} determines its object twice"


def _rule(rule: Json) -> Iterator[str]:
    if not rule.keys() & {"presence", "any", "all", "none"}:
        yield f"{rule['location']} asks for nothing"
    if rule.get("presence", "included") not in {"included", "excluded", "recommended"}:
        yield f"{rule['location']} has an unknown presence"
    find({}, rule["location"])  # raises ValueError for filters, scripts and the like


def _patterns(document: Json) -> Iterator[str]:
    patterns = {one["id"]: one for one in document["patterns"]}
    templates = {one["id"] for one in document["templates"]}
    for one in patterns.values():
        operators = [name for name in OPERATORS if name in one]
        if len(operators) != 1:
            yield f"{one['id']} has {len(operators)} operators"
            continue
        members = _of(one)
        yield from (
            f"{one['id']} names {name}" for name in members if name not in patterns.keys() | templates
        )
        if one.get("primary") and not {"prefLabel", "definition"} <= one.keys():
            yield f"{one['id']} is primary and has no texts"
        if operators[0] in {"alternates", "sequence"} and len(members) < 2:
            yield f"{one['id']} has one member only"
        if operators[0] == "alternates" and any(
            {"optional", "zeroOrMore"} & patterns.get(name, {}).keys() for name in members
        ):
            yield f"{one['id']} has something optional directly inside alternates"
        if _reaches(one["id"], one["id"], patterns):
            yield f"{one['id']} is within itself"


def _of(pattern: Json) -> Sequence[str]:
    value = next(pattern[name] for name in OPERATORS if name in pattern)
    return [value] if isinstance(value, str) else value


def _reaches(start: str, goal: str, patterns: Mapping[str, Json]) -> bool:
    members = _of(patterns[start]) if start in patterns else []
    return goal in members or any(_reaches(one, goal, patterns) for one in members)
