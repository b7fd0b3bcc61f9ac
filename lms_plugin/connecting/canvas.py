"""`/lti/canvas.json`: the address a Canvas administrator gives to make an LTI key by hand."""

from typing import Any

from flask import Response, jsonify

from lms_plugin.connecting.registration_blueprint import blueprint, tool_facts
from lms_plugin.lti.dynamic_registration_products import (
    DEEP_LINKING,
    RESOURCE_LINK,
    SCOPES,
    Canvas,
    PersonalData,
    ToolFacts,
    privacy_level,
)
from lms_plugin.web.access import Door, open_to

WIDTH, HEIGHT = 1000, 800
TEXTS = {
    "course_navigation": "CO-AliZIONE Formazione",
    "account_navigation": "CO-AliZIONE: registro",
    "assignment_selection": "CO-AliZIONE: scegli un'attività",
    "link_selection": "CO-AliZIONE: scegli le attività",
    "editor_button": "CO-AliZIONE",
}


@blueprint.get("/canvas.json")
@open_to(Door.PUBLIC)
def canvas_json() -> Response:
    """The whole description of us in Canvas's format."""
    return jsonify(describe(tool_facts()))


def describe(tool: ToolFacts) -> dict[str, Any]:
    """The description, its places and privacy the same as by dynamic registration."""
    settings = {
        "text": tool.name,
        "icon_url": tool.icon,
        "selection_width": WIDTH,
        "selection_height": HEIGHT,
        "placements": [_place(tool, name) for name in TEXTS],
    }
    extension = {
        "platform": "canvas.instructure.com",
        "domain": tool.domain,
        "tool_id": "co-alizione",
        "privacy_level": privacy_level(PersonalData()),
        "settings": settings,
    }
    return {
        "title": tool.name,
        "description": tool.description,
        "oidc_initiation_url": tool.login,
        "target_link_uri": tool.start,
        "redirect_uris": [tool.launch],
        "scopes": list(SCOPES),
        "public_jwk_url": tool.jwks,
        "custom_fields": {},
        "extensions": [extension],
    }


def _place(tool: ToolFacts, name: str) -> dict[str, Any]:
    place: dict[str, Any] = {"placement": name, "text": TEXTS[name], "enabled": True}
    if name in Canvas.choosing_places:
        place |= {"message_type": DEEP_LINKING, "target_link_uri": tool.launch, "icon_url": tool.icon}
        return place | {"selection_width": WIDTH, "selection_height": HEIGHT}
    if name == "account_navigation":
        records = f"{tool.public_url}/secretariat"
        return place | {"message_type": RESOURCE_LINK, "target_link_uri": records, "visibility": "admins"}
    # Each teacher decides whether the course menu shows it.
    return place | {"message_type": RESOURCE_LINK, "target_link_uri": tool.start, "default": "disabled"}
