"""Asks an LMS to register us, and keeps what it answers (LTI Dynamic Registration 1.0 §3.6, §3.7)."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from lms_plugin.lti import dynamic_registration_errors as errors
from lms_plugin.lti.dynamic_registration_products import TOOL_CONFIGURATION
from lms_plugin.lti.dynamic_registration_reading import (
    PlatformConfiguration,
    bearer,
    call,
    host_of,
    json_object,
)
from lms_plugin.lti.invitations import RegistrationInvitation, use_up
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.reading import LONGEST_ID, clean
from lms_plugin.lti.registering import Registration, approve, find_registration, register
from lms_plugin.lti.upserts import insert_if_absent
from lms_plugin.outbound import Answer, Outbound

DONE = frozenset({200, 201})
MOST_WORDS, LONGEST_WORDS = 5, 300
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the LMS registered; `scopes` is None when it does not say."""

    client_id: str
    deployment_id: str | None
    scopes: tuple[str, ...] | None


def post_registration(
    outbound: Outbound, configuration: PlatformConfiguration, token: str, body: Mapping[str, Any]
) -> Answered:
    """Registers us in the LMS; raises RegistrationRefusal. Call with no transaction open."""
    endpoint = configuration.registration_endpoint
    headers = {"Accept": "application/json", **bearer(token)}
    answer = call(lambda: outbound.post(endpoint, json=dict(body), headers=headers), endpoint)
    if answer.status not in DONE:
        raise errors.LmsRefused(answer.status, words_of(answer))
    return read_answer(json_object(answer, errors.AnswerInvalid))


def read_answer(document: Mapping[str, Any]) -> Answered:
    """What we need of the answer, wherever this LMS puts it; raises AnswerInvalid."""
    about = document.get(TOOL_CONFIGURATION)
    about = about if isinstance(about, dict) else {}
    client_id = _id(document.get("client_id"))
    if client_id is None:
        raise errors.AnswerInvalid("client_id")
    granted = document.get("scope")
    return Answered(
        client_id=client_id,
        # Canvas has none yet, Moodle puts it in the tool configuration, others beside the client id.
        deployment_id=_id(about.get("deployment_id", document.get("deployment_id"))),
        scopes=tuple(granted.split()) if isinstance(granted, str) else None,
    )


def _id(value: object) -> str | None:
    """An id; a number where a string belongs is taken as its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    fine = isinstance(value, str) and 0 < len(value) <= LONGEST_ID
    return value if isinstance(value, str) and fine and value.isascii() and value.isprintable() else None


def words_of(answer: Answer) -> tuple[str, ...]:
    """What the LMS says is wrong: Canvas's list, RFC 7591's error, Moodle's bare word; text, never HTML."""
    text = answer.body[: 16 * 1024].decode(errors="replace")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    found = _words_in(document) if isinstance(document, dict | list) else [_without_tags(text)]
    kept = (clean(" ".join(words.split()), LONGEST_WORDS) for words in found[:MOST_WORDS])
    return tuple(words for words in kept if words)


def _words_in(document: dict[str, Any] | list[Any]) -> list[str]:
    if isinstance(document, list):
        return [words for entry in document for words in _words_of_entry(entry)]
    listed = document.get("errors")
    if isinstance(listed, list):
        return _words_in(listed)
    if isinstance(listed, dict):  # Rails: {"errors": {"field": ["is wrong"]}}
        return [f"{name}: {value}" for name, value in listed.items()]
    return _words_of_entry(document)


def _words_of_entry(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    if not isinstance(entry, dict):
        return []
    parts = (entry.get(name) for name in ("field", "error", "message", "error_description"))
    words = ": ".join(part for part in parts if isinstance(part, str) and part)
    return [words] if words else []


def _without_tags(text: str) -> str:
    body = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", text)
    return html.unescape(TAG.sub(" ", body))


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored here now."""

    platform: Platform
    new: bool


def keep_registration(
    database: Session,
    invitation: RegistrationInvitation,
    configuration: PlatformConfiguration,
    answered: Answered,
    public_url: str,
    now: datetime,
) -> Kept:
    """Stores registration and deployment, and uses the invitation up; call inside `writing`.

    Idempotent on (issuer, client_id): a registration that is here keeps name, status and addresses, so
    that no invitation lets a suspended LMS back in or takes a neighbour's place. Raises RegistrationConflict.
    """
    before = find_registration(database, configuration.issuer, answered.client_id)
    told = _told(configuration, answered, before.name if before is not None else invitation.name)
    if before is not None:
        _require_same(before, told)
        told = replace(told, token_audience=before.token_audience)
    at_once = before is None or invitation.approves
    named = _may_come_in(before, answered)
    platform, _changed = register(database, told, named if at_once else [], public_url, now)
    platform.product_family = configuration.product_family or platform.product_family
    if before is None:
        platform.registered_by = invitation.created_by
        platform.status, platform.approved_at = "pending", None
    if invitation.approves:
        approve(platform, now)
    database.flush()
    if not at_once:
        _park(database, platform, named, now)
    use_up(database, invitation.id, platform.id, now)
    return Kept(platform, new=before is None)


def _may_come_in(before: Platform | None, answered: Answered) -> list[str]:
    """The deployment that the LMS names, unless our administrator suspended it."""
    known = before.deployments if before is not None else []
    suspended = {one.deployment_id for one in known if one.status == "suspended"}
    named = answered.deployment_id
    return [] if named is None or named in suspended else [named]


def _told(configuration: PlatformConfiguration, answered: Answered, name: str) -> Registration:
    return Registration(
        name=name or _name(configuration),
        issuer=configuration.issuer,
        client_id=answered.client_id,
        auth_login_url=configuration.authorization_endpoint,
        auth_token_url=configuration.token_endpoint,
        jwks_url=configuration.jwks_uri,
        token_audience=configuration.token_audience,
    )


def _require_same(platform: Platform, told: Registration) -> None:
    addresses = ("auth_login_url", "auth_token_url", "jwks_url")
    if any(getattr(platform, name) != getattr(told, name) for name in addresses):
        raise errors.RegistrationConflict(host_of(told.jwks_url))


def _park(database: Session, platform: Platform, deployment_ids: list[str], now: datetime) -> None:
    """Deployments of a registration that was here before wait for our administrator, as after a launch."""
    for deployment_id in deployment_ids:
        key = {"platform_id": platform.id, "deployment_id": deployment_id}
        values = {"id": uuid4(), "name": "", "status": "pending", "created_at": now}
        insert_if_absent(database, Deployment, key, values)


def _name(configuration: PlatformConfiguration) -> str:
    family = configuration.product_family or "LMS"
    return f"{family.capitalize()} ({host_of(configuration.url)})"[:LONGEST_ID]
