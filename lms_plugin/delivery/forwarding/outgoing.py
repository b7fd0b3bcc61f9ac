"""A statement as it goes out: as stored, without what every LRS sets itself (xAPI 1.0.3 Data 2.3.1)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms_plugin.delivery.forwarding.selection import Item

Json = Mapping[str, Any]
SET_BY_LRS = frozenset({"stored", "authority"})
ONLY_IN_TWO = ("contextAgents", "contextGroups")
ONE = "1.0.3"
VERSIONS = (ONE, "2.0.0")
NOT_IN_ONE = "the statement has {name}, which xAPI 1.0.3 does not know: nothing is altered, so it stays here"


def outgoing(item: Item, version: str) -> dict[str, Any]:
    """The statement for a target of this xAPI version."""
    statement = {name: value for name, value in json.loads(item.body).items() if name not in SET_BY_LRS}
    if version == ONE and not str(statement.get("version", "")).startswith("1.0"):
        # The receiving LRS says which version it is; what is stated is the same in both.
        statement.pop("version", None)
    return statement


def obstacle(statement: Json, version: str) -> str | None:
    """Why a statement cannot go to a target of this version at all; None when it can."""
    if version == ONE:
        for context in _contexts(statement):
            for name in ONLY_IN_TWO:
                if name in context:
                    return NOT_IN_ONE.format(name=name)
    return None


def as_json(statements: Sequence[Json]) -> bytes:
    """The body of a POST."""
    return json.dumps(statements, ensure_ascii=False, separators=(",", ":")).encode()


def _parts(statement: Json) -> Iterator[Json]:
    yield statement
    if statement["object"].get("objectType") == "SubStatement":
        yield statement["object"]


def _contexts(statement: Json) -> Iterator[Json]:
    yield from (part["context"] for part in _parts(statement) if "context" in part)


def attachments_of(statement: Json) -> Iterator[Json]:
    """What a statement says of each attachment, those of its SubStatement too."""
    for part in _parts(statement):
        yield from part.get("attachments", ())
