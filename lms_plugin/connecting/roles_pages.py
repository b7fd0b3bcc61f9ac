"""What the roles of one LMS mean here, where they mean something else than usual."""

from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lms_plugin.connecting.acting import acting_on, back_to, named, note, shown
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.extensions import db
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.role_overrides import (
    PARTS,
    OverrideInvalid,
    add_override,
    override_fault,
    overrides_of,
    remove_override,
)
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now


@blueprint.get("/platforms/<uuid:platform_id>/roles")
@visitors(Role.ADMINISTRATOR)
def roles(platform_id: UUID) -> Response:
    """The overrides of a platform, and a form for one more."""
    return _page(platform_id, {}, 200)


@blueprint.post("/platforms/<uuid:platform_id>/roles")
@visitors(Role.ADMINISTRATOR)
def add_role(platform_id: UUID) -> AnyResponse:
    """Adds an override, or changes the part of one."""
    role, part, place = (request.form.get(name, "").strip() for name in ("role", "part", "deployment"))
    faults = _faults(role, part)
    with acting_on(platform_id) as platform:
        deployment = _deployment(platform, place)
        if place and deployment is None:
            faults["deployment"] = "deployment_unknown"
        if not faults:
            changed = add_override(db.session(), platform, deployment, role, part, now())
        which = named(platform, deployment)
    if faults:
        return _page(platform_id, faults, OverrideInvalid.status)
    if changed:
        note("add role override", **which, role=role, part=part)
    return back_to("connecting.roles", "role_added" if changed else "unchanged", platform_id=platform_id)


@blueprint.post("/platforms/<uuid:platform_id>/roles/<uuid:override_id>/delete")
@visitors(Role.ADMINISTRATOR)
def delete_role(platform_id: UUID, override_id: UUID) -> AnyResponse:
    """Gives a role its usual meaning back."""
    with acting_on(platform_id) as platform:
        changed = remove_override(db.session(), platform_id, override_id)
        which = named(platform)
    if changed:
        note("remove role override", **which, override=override_id)
    return back_to("connecting.roles", "role_removed" if changed else "unchanged", platform_id=platform_id)


def _faults(role: str, part: str) -> dict[str, str]:
    faults = {}
    if override_fault(role, PARTS[0]):
        faults["role"] = "role_malformed"
    if part not in PARTS:
        faults["part"] = "part_unknown"
    return faults


def _deployment(platform: Platform, place: str) -> Deployment | None:
    return next((one for one in platform.deployments if str(one.id) == place), None)


def _page(platform_id: UUID, faults: dict[str, str], status: int) -> Response:
    platform = shown(platform_id)
    page = render_template(
        "connecting/roles.html",
        platform=platform,
        overrides=overrides_of(db.session(), platform_id),
        parts=PARTS,
        values=request.form if faults else {},
        faults=faults,
    )
    return make_response(page, status)
