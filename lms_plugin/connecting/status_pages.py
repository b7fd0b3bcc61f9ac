"""The buttons that approve, suspend and resume a platform or one of its deployments."""

from uuid import UUID

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from lms_plugin.connecting.acting import acting_on, back_to, named, note
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.lti.administering import STARTS, change_status, deployment_in
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now


@blueprint.post("/platforms/<uuid:platform_id>/status")
@visitors(Role.ADMINISTRATOR)
def change_platform_status(platform_id: UUID) -> Response:
    """Approves, suspends or resumes the registration."""
    verb = _verb()
    with acting_on(platform_id) as platform:
        changed = change_status(platform, verb, now())
        which = named(platform)
    if changed:
        note(f"{verb} platform", **which)
    return back_to("connecting.platform", verb if changed else "unchanged", platform_id=platform_id)


@blueprint.post("/platforms/<uuid:platform_id>/deployments/<uuid:deployment_id>/status")
@visitors(Role.ADMINISTRATOR)
def change_deployment_status(platform_id: UUID, deployment_id: UUID) -> Response:
    """Approves, suspends or resumes one deployment."""
    verb = _verb()
    with acting_on(platform_id) as platform:
        deployment = deployment_in(platform, deployment_id)
        changed = change_status(deployment, verb, now())
        which = named(platform, deployment)
    if changed:
        note(f"{verb} deployment", **which)
    return back_to("connecting.platform", verb if changed else "unchanged", platform_id=platform_id)


def _verb() -> str:
    verb = request.form.get("verb", "")
    if verb not in STARTS:
        raise BadRequest
    return verb
