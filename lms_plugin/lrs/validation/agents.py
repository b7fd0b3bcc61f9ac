"""Agents and groups (xAPI 1.0.3 Data 2.4.2)."""

from typing import Any

from lms_plugin.lrs.validation.checks import Check, Invalid, array_of, one_of, record, text, wrong_type
from lms_plugin.lrs.validation.formats import iri, mbox, sha1

IDENTIFIERS = {
    "mbox": mbox,
    "mbox_sha1sum": sha1,
    "openid": iri,
    "account": record({"homePage": iri, "name": text}, required=("homePage", "name")),
}
MEMBERS_OF_OAUTH_AUTHORITY = 2


def _identifiers(value: dict[str, Any]) -> int:
    return sum(name in value for name in IDENTIFIERS)


def _exactly_one_identifier(value: dict[str, Any]) -> None:
    if _identifiers(value) != 1:
        raise Invalid(f"must have exactly one of {', '.join(IDENTIFIERS)}")


def _identifier_or_members(value: dict[str, Any]) -> None:
    if _identifiers(value) > 1:
        raise Invalid(f"must not have more than one of {', '.join(IDENTIFIERS)}")
    if not _identifiers(value) and "member" not in value:
        raise Invalid("is required in a group without identifier").below("member")


agent = record({"objectType": one_of("Agent"), "name": text, **IDENTIFIERS}, _exactly_one_identifier)
group = record(
    {"objectType": one_of("Group"), "name": text, "member": array_of(agent), **IDENTIFIERS},
    _identifier_or_members,
    required=("objectType",),
)
_kind = one_of("Agent", "Group")


def actor(value: Any) -> None:
    """An agent or a group, by its objectType."""
    if type(value) is not dict:
        raise wrong_type(value, dict)
    if "objectType" not in value:
        agent(value)
        return
    try:
        _kind(value["objectType"])
    except Invalid as invalid:
        raise invalid.below("objectType") from None
    _by_kind(value)(value)


def _by_kind(value: dict[str, Any]) -> Check:
    return group if value["objectType"] == "Group" else agent


def identified(value: Any) -> None:
    """An actor that has an identifier: what a query can name."""
    actor(value)
    _exactly_one_identifier(value)


def authority(value: Any) -> None:
    """An agent, or the anonymous pair of application and user that OAuth makes (Data 2.4.9)."""
    actor(value)
    is_group = value.get("objectType") == "Group"
    if is_group and (_identifiers(value) or len(value["member"]) != MEMBERS_OF_OAUTH_AUTHORITY):
        raise Invalid("must be an agent, or an anonymous group of exactly two agents")
