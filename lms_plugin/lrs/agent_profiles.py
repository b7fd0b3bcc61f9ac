"""The Agent Profile Resource (xAPI 1.0.3 Communication 2.6)."""

from flask import Response

from lms_plugin.lrs import documents
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.credential import PROFILE, PROFILE_READ
from lms_plugin.lrs.document_parameters import AGENT_PROFILE
from lms_plugin.web.access import Door, open_to


@blueprint.get("/agents/profile")
@open_to(Door.LRS_CREDENTIAL)
def get_agent_profile() -> Response:
    """A document, or the ids of those of an agent."""
    current_client().require(PROFILE_READ)
    return documents.get(AGENT_PROFILE)


@blueprint.put("/agents/profile")
@open_to(Door.LRS_CREDENTIAL)
def put_agent_profile() -> Response:
    """Keeps a document, in place of the one that is there."""
    current_client().require(PROFILE)
    return documents.put(AGENT_PROFILE)


@blueprint.post("/agents/profile")
@open_to(Door.LRS_CREDENTIAL)
def post_agent_profile() -> Response:
    """Merges a JSON document into the one that is there, or keeps it as a new one."""
    current_client().require(PROFILE)
    return documents.post(AGENT_PROFILE)


@blueprint.delete("/agents/profile")
@open_to(Door.LRS_CREDENTIAL)
def delete_agent_profile() -> Response:
    """Deletes one document."""
    current_client().require(PROFILE)
    return documents.delete_one(AGENT_PROFILE)
