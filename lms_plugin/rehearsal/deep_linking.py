"""Taking in the tool's deep linking response: new activities and grade book columns (DL 2.0 §4.5)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms_plugin.rehearsal.course import LineItem, ResourceLink
from lms_plugin.rehearsal.initiation import known_tool
from lms_plugin.rehearsal.installation import Installation, new_id
from lms_plugin.rehearsal.launches import Launch
from lms_plugin.rehearsal.line_items import LineItemRefused, score_maximum
from lms_plugin.rehearsal.tool_messages import BadToolMessage, verified_claims
from lms_plugin.rehearsal.tools import Tool
from lms_plugin.rehearsal.vocabulary import CLAIM, DEEP_LINKING_RESPONSE, DL_CLAIM, LTI_VERSION

_LONGEST_TEXT = 1000


class ReturnRefused(Exception):
    """The response is not a right answer to a request of ours; nothing was created."""


@dataclass(frozen=True)
class Chosen:
    """What one deep linking response brought."""

    links: tuple[ResourceLink, ...]
    message: str = ""
    error_message: str = ""


def take_response(installation: Installation, ticket: str, user_id: str, token: str) -> Chosen:
    """Check the response to the request with `ticket` and create what it lists; raises ReturnRefused.

    The ticket is good for one response, right or wrong.
    """
    launch = installation.awaited.take(ticket)
    if launch is None or not secrets.compare_digest(launch.user_id, user_id):
        raise ReturnRefused("no deep linking request is waiting for this answer")
    tool = known_tool(installation, launch.client_id)
    try:
        claims = verified_claims(
            installation.tool_keys, tool, token, (installation.issuer,), installation.now()
        )
    except BadToolMessage as error:
        raise ReturnRefused(str(error)) from error
    _check_envelope(installation, launch, claims)
    return _create(installation, launch, tool, claims)


def _check_envelope(installation: Installation, launch: Launch, claims: Mapping[str, Any]) -> None:
    wanted = {
        f"{CLAIM}message_type": DEEP_LINKING_RESPONSE,
        f"{CLAIM}version": LTI_VERSION,
        f"{CLAIM}deployment_id": launch.deployment_id,
        f"{DL_CLAIM}data": launch.settings.get("data", launch.opaque_data),
    }
    for name, value in wanted.items():
        if claims.get(name) != value:
            raise ReturnRefused(f"{name.rpartition('/')[2]} is missing or differs")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not installation.awaited.first_time(f"{launch.client_id} {nonce}"):
        raise ReturnRefused("nonce is missing or was already used")


def _create(installation: Installation, launch: Launch, tool: Tool, claims: Mapping[str, Any]) -> Chosen:
    """All items or none: one wrong item refuses the whole answer."""
    items = claims.get(f"{DL_CLAIM}content_items", [])
    if not isinstance(items, list):
        raise ReturnRefused("content_items must be a list")
    made = [_made(launch, tool, item) for item in items]
    with installation.store.changing() as memory:
        for link, column in made:
            memory.links[link.id] = link
            if column is not None:
                memory.line_items[column.id] = column
    return Chosen(
        links=tuple(link for link, _ in made),
        message=_text(claims, f"{DL_CLAIM}msg"),
        error_message=_text(claims, f"{DL_CLAIM}errormsg"),
    )


def _made(launch: Launch, tool: Tool, item: object) -> tuple[ResourceLink, LineItem | None]:
    if not isinstance(item, dict) or item.get("type") != "ltiResourceLink":
        raise ReturnRefused("only items of type ltiResourceLink are accepted")
    dates = item.get("available", {})
    if not isinstance(dates, dict):
        raise ReturnRefused("available must be an object")
    link = ResourceLink(
        id=new_id("link"),
        title=_text(item, "title") or tool.name,
        description=_text(item, "text"),
        target_link_uri=_own_address(tool, item.get("url", tool.target_link_uri)),
        client_id=tool.client_id,
        deployment_id=launch.deployment_id,
        custom=_custom(item.get("custom", {})),
        # Of a frame and a window the frame wins, as in Moodle.
        shown_in="iframe" if "iframe" in item else "window" if "window" in item else "",
        available_from=_text(dates, "startDateTime"),
        available_until=_text(dates, "endDateTime"),
    )
    column = item.get("lineItem")
    return link, None if column is None else _column(tool, link, column)


def _own_address(tool: Tool, address: object) -> str:
    if not isinstance(address, str):
        raise ReturnRefused("url must be a string")
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}" != tool.origin:
        raise ReturnRefused("url must be an address of the tool itself")
    return address


def _custom(custom: object) -> dict[str, str]:
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise ReturnRefused("custom must be a map of strings")
    return dict(custom)


def _column(tool: Tool, link: ResourceLink, column: object) -> LineItem:
    if not isinstance(column, dict):
        raise ReturnRefused("lineItem must be an object")
    try:
        maximum = score_maximum(column.get("scoreMaximum"))
    except LineItemRefused as error:
        raise ReturnRefused(error.reason) from error
    return LineItem(
        id=new_id("column"),
        client_id=tool.client_id,
        label=_text(column, "label") or link.title,
        maximum=maximum,
        resource_link_id=link.id,
        resource_id=_text(column, "resourceId"),
        tag=_text(column, "tag"),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ReturnRefused(f"{name} must be a short text")
    return value
