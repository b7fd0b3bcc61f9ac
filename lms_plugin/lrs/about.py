"""About (xAPI 1.0.3 Communication 2.8), and the answer to what is no resource at all."""

from flask import Response, request
from werkzeug.exceptions import NotFound

from lms_plugin.lrs import answers, versions
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.description import openapi
from lms_plugin.lrs.query_parameters import single_values
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.configuration import settings


@blueprint.get("/about")
@open_to(Door.PUBLIC)
def about() -> Response:
    """Which versions this LRS speaks."""
    single_values(request.args, ())
    return answers.json_answer({"version": versions.VERSIONS, "extensions": {}})


@blueprint.get("/openapi.json")
@open_to(Door.PUBLIC)
def description() -> Response:
    """All of /xapi in OpenAPI 3.1."""
    single_values(request.args, ())
    return answers.json_answer(openapi(f"{settings().public_url}/xapi"))


@blueprint.route("/<path:resource>", methods=["GET", "PUT", "POST", "DELETE", "PATCH"])
@open_to(Door.LRS_CREDENTIAL)
def elsewhere(resource: str) -> Response:
    """What is not a resource of the LRS."""
    raise NotFound(f"/xapi/{resource[:100]} is not a resource of this LRS")
