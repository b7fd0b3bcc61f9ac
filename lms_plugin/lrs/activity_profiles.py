"""The Activity Profile Resource (xAPI 1.0.3 Communication 2.7)."""

from flask import Response

from lms_plugin.lrs import documents
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.credential import PROFILE, PROFILE_READ
from lms_plugin.lrs.document_parameters import ACTIVITY_PROFILE
from lms_plugin.web.access import Door, open_to


@blueprint.get("/activities/profile")
@open_to(Door.LRS_CREDENTIAL)
def get_activity_profile() -> Response:
    """A document, or the ids of those of an activity."""
    current_client().require(PROFILE_READ)
    return documents.get(ACTIVITY_PROFILE)


@blueprint.put("/activities/profile")
@open_to(Door.LRS_CREDENTIAL)
def put_activity_profile() -> Response:
    """Keeps a document, in place of the one that is there."""
    current_client().require(PROFILE)
    return documents.put(ACTIVITY_PROFILE)


@blueprint.post("/activities/profile")
@open_to(Door.LRS_CREDENTIAL)
def post_activity_profile() -> Response:
    """Merges a JSON document into the one that is there, or keeps it as a new one."""
    current_client().require(PROFILE)
    return documents.post(ACTIVITY_PROFILE)


@blueprint.delete("/activities/profile")
@open_to(Door.LRS_CREDENTIAL)
def delete_activity_profile() -> Response:
    """Deletes one document."""
    current_client().require(PROFILE)
    return documents.delete_one(ACTIVITY_PROFILE)
