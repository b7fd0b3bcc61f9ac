"""The blueprint under /xapi that every resource of the LRS joins, with what holds for all of them."""

from collections.abc import Mapping

from flask import Blueprint, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from lms_plugin.errors import Refusal
from lms_plugin.extensions import csrf, db
from lms_plugin.lrs import answers, rate_limits, versions
from lms_plugin.lrs.alternate_request import refuse_untranslatable
from lms_plugin.lrs.client import authenticate

blueprint = Blueprint("lrs", __name__, url_prefix="/xapi")
csrf.exempt(blueprint)
rate_limits.install(blueprint)
blueprint.after_request(answers.add_headers)
blueprint.register_error_handler(Refusal, answers.refused)
blueprint.register_error_handler(HTTPException, answers.http_error)
blueprint.register_error_handler(Exception, answers.unexpected)
DOCUMENT_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
OPEN = ("lrs.about", "lrs.description")
# What answers 405, with these in Allow, to any other method.
METHODS: Mapping[str, tuple[str, ...]] = {
    "about": ("GET", "HEAD"),
    "openapi.json": ("GET", "HEAD"),
    "statements": ("GET", "HEAD", "PUT", "POST"),
    "agents": ("GET", "HEAD"),
    "activities": ("GET", "HEAD"),
    "activities/state": DOCUMENT_METHODS,
    "activities/profile": DOCUMENT_METHODS,
    "agents/profile": DOCUMENT_METHODS,
}


@blueprint.before_request
def check_caller() -> None:
    """A method that is here; and who calls, in which version, on all but what anybody may read."""
    refuse_untranslatable(request.environ)
    allowed = METHODS.get(request.path.removeprefix("/xapi/"))
    if allowed is not None and request.method not in allowed:
        raise MethodNotAllowed(allowed)
    if request.endpoint not in OPEN:
        authenticate(db.session())
        g.xapi_version = versions.spoken(request.headers.get(versions.HEADER, ""))
