"""Reads which documents a request is about, refusing what does not belong (1.0.3 Communication 2.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from lms_plugin.lrs.query_parameters import single_values
from lms_plugin.lrs.validation import formats
from lms_plugin.lrs.validation.agents import Agent
from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.fitting import fitted
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.records.document_store import Address, Place
from lms_plugin.records.statement_form import read_instant
from lms_plugin.records.statement_index import agent_key

Value = TypeVar("Value")
Values = Mapping[str, str]
LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the three kinds of document, and the parameters that name one of its documents."""

    kind: str
    about: tuple[str, ...]
    name: str
    has_registration: bool = False
    # Whether PUT of 1.0.3 has to say what it expects to be there (Communication 3.1).
    guarded: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """What may stand in a query."""
        return (*self.about, *(("registration",) if self.has_registration else ()), self.name)


STATE_DOCUMENT = Resource("state", ("activityId", "agent"), "stateId", has_registration=True, guarded=False)
ACTIVITY_PROFILE = Resource("activity_profile", ("activityId",), "profileId")
AGENT_PROFILE = Resource("agent_profile", ("agent",), "profileId")


@dataclass(frozen=True, slots=True)
class Selection:
    """One document when `address` is there; else those of the place, narrowed as far as the request says."""

    place: Place
    registration: UUID | None
    since: datetime | None
    address: Address | None


def read_address(given: MultiDict[str, str], resource: Resource) -> Address:
    """The one document that the request must name; raises Invalid."""
    values = single_values(given, resource.parameters)
    place, registration = _place(values, resource), optional(values, "registration", _uuid)
    return Address(place, registration, required(values, resource.name, _name))


def read_selection(given: MultiDict[str, str], resource: Resource, *, listed: bool) -> Selection:
    """The document that a request names, or else what narrows those it means: `since` too where they are
    `listed`. Raises Invalid.
    """
    one = resource.name in given
    values = single_values(given, (*resource.parameters, *(("since",) if listed and not one else ())))
    place, registration = _place(values, resource), optional(values, "registration", _uuid)
    address = Address(place, registration, required(values, resource.name, _name)) if one else None
    return Selection(place, registration, optional(values, "since", _instant), address)


def required(values: Values, name: str, read: Callable[[str], Value]) -> Value:
    """The parameter as `read` understands it; raises Invalid, also when it is missing."""
    if name not in values:
        raise Invalid("is required").below(name)
    try:
        return read(values[name])
    except Invalid as invalid:
        raise invalid.below(name) from None


def optional(values: Values, name: str, read: Callable[[str], Value]) -> Value | None:
    """The parameter as `read` understands it, or None; raises Invalid."""
    return required(values, name, read) if name in values else None


def read_agent(given: str) -> dict[str, Any]:
    """An agent, which cannot be a group; raises Invalid."""
    value: dict[str, Any] = read_json(given)
    fitted(value, Agent)
    return value


def read_iri(given: str) -> str:
    """An absolute IRI; raises Invalid."""
    formats.iri(given)
    return given


def _place(values: Values, resource: Resource) -> Place:
    activity = required(values, "activityId", read_iri) if "activityId" in resource.about else None
    agent = required(values, "agent", read_agent) if "agent" in resource.about else None
    return Place(resource.kind, activity, None if agent is None else agent_key(agent))


def _uuid(given: str) -> UUID:
    formats.uuid(given)
    return UUID(given)


def _instant(given: str) -> datetime:
    formats.timestamp(given)
    return read_instant(given)


def _name(given: str) -> str:
    if not given or len(given) > LONGEST_NAME or "\x00" in given:
        raise Invalid(f"must have 1 to {LONGEST_NAME} characters, none of them NUL")
    return given
