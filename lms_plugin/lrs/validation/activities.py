"""Activities with their definitions and interactions (xAPI 1.0.3 Data 2.4.4.1)."""

from typing import Any

from lms_plugin.lrs.validation.checks import Invalid, array_of, one_of, record, text
from lms_plugin.lrs.validation.formats import extensions, iri, language_map

# Which lists of components belong to which interaction.
COMPONENT_LISTS = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
}
INTERACTIONS = ("true-false", "fill-in", "long-fill-in", "numeric", "other", *COMPONENT_LISTS)
ALL_LISTS = ("choices", "scale", "source", "target", "steps")

_component = record({"id": text, "description": language_map}, required=("id",))
_components = array_of(_component)


def _distinct_components(value: Any) -> None:
    _components(value)
    if len({one["id"] for one in value}) != len(value):
        raise Invalid("must not have two components with one id")


def _interaction(definition: dict[str, Any]) -> None:
    lists = {name for name in ALL_LISTS if name in definition}
    kind = definition.get("interactionType")
    if kind is None and (lists or "correctResponsesPattern" in definition):
        raise Invalid("is required beside the other properties of an interaction").below("interactionType")
    foreign = sorted(lists - COMPONENT_LISTS.get(kind or "", set()))
    if foreign:
        raise Invalid(f"does not belong to an interaction of type {kind}").below(foreign[0])


definition = record(
    {
        "name": language_map,
        "description": language_map,
        "type": iri,
        "moreInfo": iri,
        "extensions": extensions,
        "interactionType": one_of(*INTERACTIONS),
        "correctResponsesPattern": array_of(text),
        **dict.fromkeys(ALL_LISTS, _distinct_components),
    },
    _interaction,
)
activity = record({"objectType": one_of("Activity"), "id": iri, "definition": definition}, required=("id",))
_activities = array_of(activity)


def one_or_more(value: Any) -> None:
    """An activity, or an array of them: what contextActivities hold."""
    (_activities if type(value) is list else activity)(value)


context_activities = record(dict.fromkeys(("parent", "grouping", "category", "other"), one_or_more))
