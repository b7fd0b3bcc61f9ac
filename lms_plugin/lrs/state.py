"""The State Resource (xAPI 1.0.3 Communication 2.3)."""

from flask import Response

from lms_plugin.lrs import documents
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.credential import STATE, STATE_READ
from lms_plugin.lrs.document_parameters import STATE_DOCUMENT
from lms_plugin.web.access import Door, open_to


@blueprint.get("/activities/state")
@open_to(Door.LRS_CREDENTIAL)
def get_state() -> Response:
    """A document, or the ids of those of an activity and agent."""
    current_client().require(STATE_READ)
    return documents.get(STATE_DOCUMENT)


@blueprint.put("/activities/state")
@open_to(Door.LRS_CREDENTIAL)
def put_state() -> Response:
    """Keeps a document, in place of the one that is there."""
    current_client().require(STATE)
    return documents.put(STATE_DOCUMENT)


@blueprint.post("/activities/state")
@open_to(Door.LRS_CREDENTIAL)
def post_state() -> Response:
    """Merges a JSON document into the one that is there, or keeps it as a new one."""
    current_client().require(STATE)
    return documents.post(STATE_DOCUMENT)


@blueprint.delete("/activities/state")
@open_to(Door.LRS_CREDENTIAL)
def delete_state() -> Response:
    """Deletes one document, or all of an activity and agent."""
    current_client().require(STATE)
    return documents.delete(STATE_DOCUMENT)
