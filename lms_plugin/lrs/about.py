"""About (xAPI 1.0.3 Communication 2.8), and the answer to what is no resource at all."""

from flask import Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from lms_plugin.lrs import answers, versions
from lms_plugin.lrs.blueprint import METHODS, blueprint
from lms_plugin.lrs.query_parameters import single_values
from lms_plugin.web.access import Door, open_to


@blueprint.get("/about")
@open_to(Door.PUBLIC)
def about() -> Response:
    """Which versions this LRS speaks."""
    single_values(request.args, ())
    return answers.json_answer({"version": versions.VERSIONS, "extensions": {}})


@blueprint.route("/<path:resource>", methods=["GET", "PUT", "POST", "DELETE", "PATCH"])
@open_to(Door.LRS_CREDENTIAL)
def elsewhere(resource: str) -> Response:
    """What is not a resource of the LRS, or not with this method."""
    if resource in METHODS:
        raise MethodNotAllowed(METHODS[resource])
    raise NotFound(f"/xapi/{resource[:100]} is not a resource of this LRS")
