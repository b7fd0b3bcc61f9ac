"""Statements (xAPI 1.0.3 Data 2.4; 2.0): one structure, and what each version says of it."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from lms_plugin.lrs.validation.activities import Activity
from lms_plugin.lrs.validation.agents import MEMBERS_OF_OAUTH_AUTHORITY, Actor
from lms_plugin.lrs.validation.checks import UNKNOWN, Invalid, one_of, wrong_type
from lms_plugin.lrs.validation.contexts import Context, StatementRef
from lms_plugin.lrs.validation.fitting import fitted
from lms_plugin.lrs.validation.formats import Iri, LanguageMap, Uuid, Version, timestamp
from lms_plugin.lrs.validation.results import Attachment, Result
from lms_plugin.records.statement_store import VOIDED

RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Verb(Struct, forbid_unknown_fields=True):
    """What was done."""

    id: Iri
    display: LanguageMap | UnsetType = UNSET


class _Told(Struct, forbid_unknown_fields=True, rename={"object_type": "objectType"}):
    actor: Actor
    verb: Verb
    object: Any  # by its objectType, which may be missing: more than a union of types can say
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET

    def check_times_and_context(self) -> None:
        """A timestamp that is an instant; revision and platform only where the object is an activity."""
        if self.timestamp is not UNSET:
            _instant(self.timestamp, "timestamp")
        if self.context is not UNSET and not isinstance(self.object, Activity):
            for name in ("revision", "platform"):
                if getattr(self.context, name) is not UNSET:
                    raise Invalid("is allowed only when the object is an Activity").below("context", name)


class SubStatement(_Told, kw_only=True):
    """A statement inside another, about what is planned or was said (2.4.4.3)."""

    object_type: Annotated[str, one_of("SubStatement")]

    def __post_init__(self) -> None:
        """No SubStatement inside."""
        self.object = _object(self.object, OBJECTS)
        self.check_times_and_context()


class Statement(_Told, kw_only=True):
    """Somebody did something."""

    id: Uuid | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Actor | UnsetType = UNSET
    version: Version | UnsetType = UNSET

    def __post_init__(self) -> None:
        """What several members say together."""
        self.object = _object(self.object, OBJECTS | {"SubStatement": SubStatement})
        self.check_times_and_context()
        if self.stored is not UNSET:
            _instant(self.stored, "stored")
        if self.verb.id == VOIDED and not isinstance(self.object, StatementRef):
            raise Invalid("must be StatementRef when the verb is voided").below("object", "objectType")
        if self.authority is not UNSET:
            _authority(self.authority)

    def tellings(self) -> Iterator[tuple["_Told", tuple[str, ...]]]:
        """Itself, and the SubStatement that it may have, with the way there."""
        yield self, ()
        if isinstance(self.object, SubStatement):
            yield self.object, ("object",)


OBJECTS: dict[str, type[Struct]] = {
    "Activity": Activity, "Agent": Actor, "Group": Actor, "StatementRef": StatementRef,
}  # fmt: skip


def _object(value: Any, kinds: dict[str, type[Struct]]) -> Struct:
    if type(value) is not dict:
        raise wrong_type(value, dict).below("object")
    kind = value.get("objectType", "Activity")
    if type(kind) is not str or kind not in kinds:
        raise Invalid(f"must be one of {', '.join(kinds)}").below("object", "objectType")
    try:
        found: Struct = fitted(value, kinds[kind])
    except Invalid as invalid:
        raise invalid.below("object") from None
    return found


def _instant(value: str, name: str) -> None:
    try:
        timestamp(value)
    except Invalid as invalid:
        raise invalid.below(name) from None


def _authority(authority: Actor) -> None:
    """An agent, or the anonymous pair of application and user that OAuth makes (Data 2.4.9)."""
    pair = authority.member is not UNSET and len(authority.member) == MEMBERS_OF_OAUTH_AUTHORITY
    if authority.object_type == "Group" and (authority.identifiers or not pair):
        raise Invalid("must be an agent, or an anonymous group of exactly two agents").below("authority")


def statement_1(value: Any) -> None:
    """Raises Invalid unless it is a statement of xAPI 1.0.x."""
    statement = fitted(value, Statement)
    if statement.version is not UNSET and not statement.version.startswith("1."):
        raise Invalid("must be a version 1.0.x").below("version")
    for told, steps in statement.tellings():
        for name in ("contextAgents", "contextGroups"):
            if told.context is not UNSET and name in _of_2(told.context):
                raise Invalid(f"{UNKNOWN}: it came with version 2.0").below(*steps, "context", name)


def _of_2(context: Context) -> list[str]:
    given = {"contextAgents": context.context_agents, "contextGroups": context.context_groups}
    return [name for name, value in given.items() if value is not UNSET]


def statement_2(value: Any) -> None:
    """Raises Invalid unless it is a statement of xAPI 2.0, where instants are those of RFC 3339."""
    statement = fitted(value, Statement)
    for told, steps in statement.tellings():
        if told.timestamp is not UNSET and RFC3339.fullmatch(told.timestamp) is None:
            rule = "must be a date and time of RFC 3339, with its zone, such as 2026-11-23T09:00:00Z"
            raise Invalid(rule).below(*steps, "timestamp")
