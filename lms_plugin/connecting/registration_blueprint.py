"""The addresses that an LMS and its administrator meet before there is a registration; no visit is needed."""

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState

from lms_plugin.lti.dynamic_registration_products import ToolFacts
from lms_plugin.outbound import Outbound
from lms_plugin.web.configuration import programmes, settings

blueprint = Blueprint("registration", __name__, url_prefix="/lti")
OUTBOUND = "registration_outbound"


@blueprint.record_once
def _make_outbound(state: BlueprintSetupState) -> None:
    trusted = state.app.extensions["settings"].trusted_hosts
    state.app.extensions.setdefault(OUTBOUND, Outbound(trusted))


def outbound() -> Outbound:
    """The guarded client that asks LMSs for their configurations and keys."""
    client: Outbound = current_app.extensions[OUTBOUND]
    return client


def tool_facts() -> ToolFacts:
    """What we are; the first programme on offer is what opens where nobody chose an activity."""
    public_url = settings().public_url
    first = next(iter(programmes()), None)
    start = f"{public_url}/programmes/{first}" if first else f"{public_url}/lti/launch"
    return ToolFacts(public_url, start)
