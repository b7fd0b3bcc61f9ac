"""Checks 12, 13, 15, 16 and 17: one of three messages, read into what the rest of the application needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms_plugin.lti import claims as names
from lms_plugin.lti import errors
from lms_plugin.lti.deep_linking import DeepLinkingSettings, read_settings
from lms_plugin.lti.envelope import Claims
from lms_plugin.lti.families.strict import Strict
from lms_plugin.lti.login_state import Login
from lms_plugin.lti.reading import LONGEST_ID, identifier, member, strings, text, url
from lms_plugin.lti.returning import return_url
from lms_plugin.lti.targets import Target, Targets

LONGEST_TITLE, LONGEST_LABEL, LONGEST_CUSTOM = 500, 255, 2000
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")


class MessageKind(StrEnum):
    """The messages that we serve."""

    RESOURCE_LINK = names.RESOURCE_LINK_REQUEST
    DEEP_LINKING = names.DEEP_LINKING_REQUEST
    SUBMISSION_REVIEW = names.SUBMISSION_REVIEW_REQUEST


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """The link that was clicked, or the course it is in."""

    id: str
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """Where the LMS takes scores and tells the roster, as far as it lets us."""

    line_item_url: str | None
    line_items_url: str | None
    scopes: tuple[str, ...]
    memberships_url: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One valid message (LTI 1.3 §5.3); `name` and `email` are empty when not shared.

    `link` is None for a deep linking request, `deep_linking` for all others; `reviewed` is the LMS's id of
    the person whose submission is to be reviewed, else empty.
    """

    kind: MessageKind
    subject: str
    name: str
    email: str
    language: str
    roles: tuple[str, ...]
    target: Target
    custom: Mapping[str, str]
    link: LinkFacts | None
    context: LinkFacts | None
    services: Services
    product_family: str
    return_url: str = ""
    deep_linking: DeepLinkingSettings | None = None
    reviewed: str = ""


def check_kind(claims: Claims) -> str:
    """Checks 12 and 13: the message's type; raises VersionUnsupported, MessageTypeUnsupported."""
    if claims.get(names.VERSION) != names.LTI_VERSION:
        raise errors.VersionUnsupported
    kind = claims.get(names.MESSAGE_TYPE)
    if kind not in list(MessageKind):
        raise errors.MessageTypeUnsupported
    return str(kind)


def read_message(claims: Claims, login: Login, targets: Targets, family: Strict) -> Message:
    """Checks 15, 16 and 17; raises TargetLinkMismatch, ClaimMissing, ClaimInvalid, SubjectMissing."""
    target, kind = _target(claims, login, targets, family), MessageKind(claims[names.MESSAGE_TYPE])
    link = None if kind is MessageKind.DEEP_LINKING else _resource_link(claims)
    if claims.get(names.ROLES) is None:
        raise errors.ClaimMissing("roles")
    return Message(
        kind=kind,
        roles=strings(claims[names.ROLES], "roles"),
        target=target,
        custom=_custom(claims),
        link=link,
        context=_context(claims),
        services=_services(claims),
        name=_name(claims),
        email=text(claims, "email", LONGEST_LABEL),
        language=_language(claims),
        product_family=text(member(claims, names.TOOL_PLATFORM), "product_family_code", 50),
        return_url=return_url(claims),
        deep_linking=read_settings(claims) if kind is MessageKind.DEEP_LINKING else None,
        reviewed=_reviewed(claims) if kind is MessageKind.SUBMISSION_REVIEW else "",
        subject=_subject(claims),
    )


def _target(claims: Claims, login: Login, targets: Targets, family: Strict) -> Target:
    """One of our addresses, the same as at login; where an LMS changes it, the signed one counts."""
    uri = claims.get(names.TARGET_LINK_URI)
    same = isinstance(uri, str) and (login.is_about(uri) or not family.keeps_target)
    target = targets.find(uri) if isinstance(uri, str) and same else None
    if target is None:
        raise errors.TargetLinkMismatch
    return target


def _resource_link(claims: Claims) -> LinkFacts:
    link = member(claims, names.RESOURCE_LINK)
    return LinkFacts(identifier(link.get("id"), "resource_link.id"), text(link, "title", LONGEST_TITLE))


def _reviewed(claims: Claims) -> str:
    """Whose submission is meant (Submission Review 1.0 §3.1); the column must be named too."""
    subject = identifier(member(claims, names.FOR_USER).get("user_id"), "for_user.user_id")
    if _services(claims).line_item_url is None:
        raise errors.ClaimMissing("lineitem")
    return subject


def _context(claims: Claims) -> LinkFacts | None:
    if claims.get(names.CONTEXT) is None:
        return None
    context = member(claims, names.CONTEXT)
    return LinkFacts(
        identifier(context.get("id"), "context.id"),
        text(context, "title", LONGEST_TITLE),
        text(context, "label", LONGEST_LABEL),
    )


def _custom(claims: Claims) -> Mapping[str, str]:
    """Custom parameters; variables that the LMS did not replace (`$Name`) and non-texts count as absent."""
    given = member(claims, names.CUSTOM)
    return {
        name: value
        for name, value in given.items()
        if isinstance(value, str) and not value.startswith("$") and len(value) <= LONGEST_CUSTOM
    }


def _services(claims: Claims) -> Services:
    scores, roster = member(claims, names.AGS_ENDPOINT), member(claims, names.NAMES_AND_ROLES)
    return Services(
        line_item_url=url(scores, "lineitem"),
        line_items_url=url(scores, "lineitems"),
        scopes=strings(scores.get("scope") or [], "scope"),
        memberships_url=url(roster, "context_memberships_url"),
    )


def _name(claims: Claims) -> str:
    parts = (text(claims, part, LONGEST_LABEL) for part in ("given_name", "family_name"))
    return text(claims, "name", LONGEST_LABEL) or " ".join(filter(None, parts))[:LONGEST_LABEL]


def _language(claims: Claims) -> str:
    """The LMS's language for this launch, else the person's; empty when neither is a language tag."""
    for value in (member(claims, names.LAUNCH_PRESENTATION).get("locale"), claims.get("locale")):
        if isinstance(value, str) and LANGUAGE.fullmatch(value):
            return value
    return ""


def _subject(claims: Claims) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_ID:
        raise errors.SubjectMissing
    if not (subject.isascii() and subject.isprintable()):
        raise errors.SubjectMissing("not printable ASCII")
    return subject
