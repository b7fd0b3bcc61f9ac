"""The Activities Resource (xAPI 1.0.3 Communication 2.5)."""

from flask import Response, request

from lms_plugin.extensions import db
from lms_plugin.lrs import answers
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.credential import READ
from lms_plugin.lrs.document_parameters import read_iri, required
from lms_plugin.lrs.query_parameters import single_values
from lms_plugin.records.known_activities import canonical_activity
from lms_plugin.web.access import Door, open_to


@blueprint.get("/activities")
@open_to(Door.LRS_CREDENTIAL)
def get_activity() -> Response:
    """The activity with all that statements said of it; an unknown one with its id alone."""
    current_client().require(READ)
    iri = required(single_values(request.args, ("activityId",)), "activityId", read_iri)
    current_client().limits.check_activity(iri)
    return answers.tagged(answers.json_answer(canonical_activity(db.session(), iri)))
