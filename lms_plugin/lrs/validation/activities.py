"""Activities with their definitions and interactions (xAPI 1.0.3 Data 2.4.4.1)."""

from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from lms_plugin.lrs.validation.checks import Invalid, one_of
from lms_plugin.lrs.validation.formats import Extensions, Iri, LanguageMap, bounded

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


class Component(Struct, forbid_unknown_fields=True):
    """One of the things that a learner chooses, orders, rates or matches."""

    id: str
    description: LanguageMap | UnsetType = UNSET


Components = list[Component] | UnsetType


class Definition(Struct, forbid_unknown_fields=True, rename="camel"):
    """What an activity is."""

    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    type: Iri | UnsetType = UNSET
    more_info: Iri | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    interaction_type: Annotated[str, one_of(*INTERACTIONS)] | UnsetType = UNSET
    correct_responses_pattern: list[str] | UnsetType = UNSET
    choices: Components = UNSET
    scale: Components = UNSET
    source: Components = UNSET
    target: Components = UNSET
    steps: Components = UNSET

    def __post_init__(self) -> None:
        """Extensions of bounded depth; the lists of this interaction and no others, with distinct ids."""
        if self.extensions:
            bounded(self.extensions)
        if self.interaction_type is UNSET and self.correct_responses_pattern is not UNSET:
            raise _no_interaction()
        for name in ALL_LISTS:
            components = getattr(self, name)
            if components is not UNSET:
                self._require_list(name, components)

    def _require_list(self, name: str, components: list[Component]) -> None:
        if self.interaction_type is UNSET:
            raise _no_interaction()
        if name not in COMPONENT_LISTS.get(self.interaction_type, ()):
            raise Invalid(f"does not belong to an interaction of type {self.interaction_type}").below(name)
        if len({one.id for one in components}) != len(components):
            raise Invalid("must not have two components with one id").below(name)


def _no_interaction() -> Invalid:
    return Invalid("is required beside the other properties of an interaction").below("interactionType")


class Activity(Struct, forbid_unknown_fields=True, rename="camel"):
    """What was done or attended, or one that it belongs to."""

    id: Iri
    object_type: Annotated[str, one_of("Activity")] | UnsetType = UNSET
    definition: Definition | UnsetType = UNSET


Activities = Activity | list[Activity] | UnsetType


class ContextActivities(Struct, forbid_unknown_fields=True):
    """The activities that an experience belongs to, one or many of each kind (Data 2.4.6.2)."""

    parent: Activities = UNSET
    grouping: Activities = UNSET
    category: Activities = UNSET
    other: Activities = UNSET
