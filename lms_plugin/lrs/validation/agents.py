"""Agents and groups (xAPI 1.0.3 Data 2.4.2)."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from lms_plugin.lrs.validation.checks import UNKNOWN, Invalid, one_of
from lms_plugin.lrs.validation.fitting import fitted
from lms_plugin.lrs.validation.formats import Iri, Mbox, Sha1

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
MEMBERS_OF_OAUTH_AUTHORITY = 2
NAMES = {"object_type": "objectType"}
ONE_IDENTIFIER = f"must have exactly one of {', '.join(IDENTIFIERS)}"


class Account(Struct, forbid_unknown_fields=True, rename="camel"):
    """An account on some system."""

    home_page: Iri
    name: str


class _Identified(Struct, forbid_unknown_fields=True, rename=NAMES):
    name: str | UnsetType = UNSET
    mbox: Mbox | UnsetType = UNSET
    mbox_sha1sum: Sha1 | UnsetType = UNSET
    openid: Iri | UnsetType = UNSET
    account: Account | UnsetType = UNSET

    @property
    def identifiers(self) -> int:
        """How many it has."""
        given = (self.mbox, self.mbox_sha1sum, self.openid, self.account)
        return len(given) - given.count(UNSET)


class Agent(_Identified):
    """One person or system."""

    object_type: Annotated[str, one_of("Agent")] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Exactly one identifier (2.4.2.1)."""
        if self.identifiers != 1:
            raise Invalid(ONE_IDENTIFIER)


class Group(_Identified, kw_only=True):
    """Several agents: known by an identifier, or else by its members."""

    object_type: Annotated[str, one_of("Group")]
    member: list[Agent] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """At most one identifier, and members where there is none (2.4.2.2)."""
        if self.identifiers > 1:
            raise Invalid(f"must not have more than one of {', '.join(IDENTIFIERS)}")
        if not self.identifiers and self.member is UNSET:
            raise Invalid("is required in a group without identifier").below("member")


class Actor(_Identified):
    """An agent or a group, by its objectType."""

    object_type: Annotated[str, one_of("Agent", "Group")] | UnsetType = UNSET
    member: list[Agent] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """What holds for the one or the other."""
        if self.object_type == "Group":
            Group.__post_init__(self)  # type: ignore[arg-type]
        elif self.member is not UNSET:
            raise Invalid(UNKNOWN).below("member")
        elif self.identifiers != 1:
            raise Invalid(ONE_IDENTIFIER)


def identified(value: Any) -> None:
    """Raises Invalid unless it is an actor that has an identifier: what a query can name."""
    if fitted(value, Actor).identifiers != 1:
        raise Invalid(ONE_IDENTIFIER)
