"""Contexts (xAPI 1.0.3 Data 2.4.6), with the agents and groups that 2.0 adds."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from lms_plugin.lrs.validation.activities import ContextActivities
from lms_plugin.lrs.validation.agents import Actor, Agent, Group
from lms_plugin.lrs.validation.checks import one_of
from lms_plugin.lrs.validation.formats import Extensions, Iri, LanguageTag, Uuid, bounded

RelevantTypes = Annotated[list[Iri], Meta(min_length=1)] | UnsetType


class StatementRef(Struct, forbid_unknown_fields=True, rename="camel"):
    """Another statement, whether or not it is here."""

    object_type: Annotated[str, one_of("StatementRef")]
    id: Uuid


class ContextAgent(Struct, forbid_unknown_fields=True, rename="camel"):
    """An agent that had a part in it (2.0)."""

    object_type: Annotated[str, one_of("contextAgent")]
    agent: Agent
    relevant_types: RelevantTypes = UNSET


class ContextGroup(Struct, forbid_unknown_fields=True, rename="camel"):
    """A group that had a part in it (2.0)."""

    object_type: Annotated[str, one_of("contextGroup")]
    group: Group
    relevant_types: RelevantTypes = UNSET


class Context(Struct, forbid_unknown_fields=True, rename="camel"):
    """Where, with whom and within what it happened."""

    registration: Uuid | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Group | UnsetType = UNSET
    context_activities: ContextActivities | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: LanguageTag | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    context_agents: list[ContextAgent] | UnsetType = UNSET
    context_groups: list[ContextGroup] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Extensions of bounded depth."""
        if self.extensions:
            bounded(self.extensions)
