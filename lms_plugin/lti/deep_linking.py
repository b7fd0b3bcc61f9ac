"""A deep linking request's settings, and the signed answer to them (LTI Deep Linking 2.0 §4.4 and §4.5)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from lms_plugin.lti import claims as names
from lms_plugin.lti.envelope import ALGORITHM, Claims
from lms_plugin.lti.errors import ClaimInvalid, ClaimMissing
from lms_plugin.lti.reading import flag, member, strings, text, url
from lms_plugin.lti.tool_keys import SigningKey

RESOURCE_LINK = "ltiResourceLink"
FRAME, WINDOW = "iframe", "window"
LIFETIME = timedelta(minutes=5)
LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class DeepLinkingSettings:
    """What the LMS takes, and where it wants the answer; `data` is None when it sent none."""

    return_url: str
    accept_types: tuple[str, ...]
    targets: tuple[str, ...]
    accept_multiple: bool
    accept_line_item: bool
    title: str
    text: str
    data: str | None

    @property
    def takes_links(self) -> bool:
        """Whether activities, the only thing we have, are taken at all."""
        return RESOURCE_LINK in self.accept_types


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen: content items, none of them when cancelled, with a sentence for the LMS to show."""

    items: Sequence[Mapping[str, Any]]
    message: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who asked, in the words of the request."""

    issuer: str
    client_id: str
    deployment_id: str


def read_settings(claims: Claims) -> DeepLinkingSettings:
    """Check 16 of a deep linking request; raises ClaimMissing, ClaimInvalid.

    Without `accept_multiple` one item is sure to be taken, several are not; without `accept_lineitem` nothing
    is said about columns (§4.4.1) and Moodle, which omits it, makes them.
    """
    if claims.get(names.DEEP_LINKING_SETTINGS) is None:
        raise ClaimMissing("deep_linking_settings")
    given = member(claims, names.DEEP_LINKING_SETTINGS)
    return_url = url(given, "deep_link_return_url")
    if return_url is None:
        raise ClaimMissing("deep_link_return_url")
    return DeepLinkingSettings(
        return_url=return_url,
        accept_types=_required(given, "accept_types"),
        targets=_targets(given),
        accept_multiple=flag(given, "accept_multiple") or False,
        accept_line_item=flag(given, "accept_lineitem") is not False,
        title=text(given, "title", LONGEST_TITLE),
        text=text(given, "text", LONGEST_TITLE),
        data=_data(given),
    )


def _required(given: Claims, name: str) -> tuple[str, ...]:
    if given.get(name) is None:
        raise ClaimMissing(name)
    return strings(given[name], name)


def _targets(given: Claims) -> tuple[str, ...]:
    """Of the ways in which the LMS shows an activity those that we can ask for, a frame first."""
    accepted = _required(given, "accept_presentation_document_targets")
    return tuple(target for target in (FRAME, WINDOW) if target in accepted)


def _data(given: Claims) -> str | None:
    data = given.get("data")
    if data is not None and not isinstance(data, str):
        raise ClaimInvalid("data")
    return data


def sign_answer(
    answer: Answer, recipient: Recipient, data: str | None, key: SigningKey, now: datetime
) -> str:
    """The JSON web token that the browser posts to the return address (§4.5)."""
    claims: dict[str, Any] = {
        "iss": recipient.client_id,
        "aud": recipient.issuer,
        "azp": recipient.issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "nonce": secrets.token_urlsafe(24),
        "jti": secrets.token_urlsafe(24),
        names.DEPLOYMENT_ID: recipient.deployment_id,
        names.MESSAGE_TYPE: names.DEEP_LINKING_RESPONSE,
        names.VERSION: names.LTI_VERSION,
        names.CONTENT_ITEMS: list(answer.items),
    }
    told = {names.DATA: data, names.MSG: answer.message or None, names.ERROR_MSG: answer.error or None}
    claims |= {name: value for name, value in told.items() if value is not None}
    return jwt.encode(claims, key.private_key, algorithm=ALGORITHM, headers={"kid": key.kid})
