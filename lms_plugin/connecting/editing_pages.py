"""Forms for names, the LMS's addresses and the origins that may frame us."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lms_plugin.connecting.acting import acting_on, back_to, named, note, shown, shown_deployment
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.extensions import db
from lms_plugin.lti.administering import (
    EDITABLE,
    ChangedMeanwhile,
    EditInvalid,
    deployment_in,
    edit,
    edition,
    rename,
    require_unchanged,
)
from lms_plugin.lti.platform import Platform
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors
from lms_plugin.web.configuration import settings

BAD_REQUEST, CONFLICT = 400, 409


@blueprint.get("/platforms/<uuid:platform_id>/edit")
@visitors(Role.ADMINISTRATOR)
def edit_form(platform_id: UUID) -> Response:
    """The values as they are, to be changed."""
    platform = shown(platform_id)
    return _form(platform, {name: getattr(platform, name) or "" for name in EDITABLE})


@blueprint.post("/platforms/<uuid:platform_id>/edit")
@visitors(Role.ADMINISTRATOR)
def save_edit(platform_id: UUID) -> AnyResponse:
    """Saves the values, unless one is wrong or somebody else changed them since they were shown."""
    values = {name: request.form.get(name, "") for name in EDITABLE}
    try:
        with acting_on(platform_id) as platform:
            require_unchanged(platform, request.form.get("edition", ""))
            changed = edit(db.session(), platform, values, settings().trusted_hosts)
            which = named(platform)
    except EditInvalid as refusal:
        return _form(shown(platform_id), values, refusal.faults, BAD_REQUEST)
    except ChangedMeanwhile:
        return _form(shown(platform_id), values, {}, CONFLICT)
    if changed:
        note("edit platform", **which, changed=changed)
    return back_to("connecting.platform", "edited" if changed else "unchanged", platform_id=platform_id)


def _form(
    platform: Platform, values: Mapping[str, str], faults: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    page = render_template(
        "connecting/platform_edit.html",
        platform=platform,
        values=values,
        faults=faults or {},
        edition=edition(platform),
        changed_meanwhile=status == CONFLICT,
        current={name: getattr(platform, name) or "" for name in EDITABLE},
    )
    return make_response(page, status)


@blueprint.get("/platforms/<uuid:platform_id>/deployments/<uuid:deployment_id>/name")
@visitors(Role.ADMINISTRATOR)
def rename_form(platform_id: UUID, deployment_id: UUID) -> str:
    """What one deployment is called for people."""
    deployment = shown_deployment(platform_id, deployment_id)
    return render_template("connecting/deployment_name.html", deployment=deployment, value=deployment.name)


@blueprint.post("/platforms/<uuid:platform_id>/deployments/<uuid:deployment_id>/name")
@visitors(Role.ADMINISTRATOR)
def save_name(platform_id: UUID, deployment_id: UUID) -> AnyResponse:
    """Saves the name of one deployment."""
    given = request.form.get("name", "")
    try:
        with acting_on(platform_id) as platform:
            deployment = deployment_in(platform, deployment_id)
            changed = rename(deployment, given)
            which = named(platform, deployment)
    except EditInvalid as refusal:
        page = render_template(
            "connecting/deployment_name.html",
            deployment=shown_deployment(platform_id, deployment_id),
            value=given,
            fault=refusal.faults["name"],
        )
        return make_response(page, BAD_REQUEST)
    if changed:
        note("rename deployment", **which)
    return back_to("connecting.platform", "renamed" if changed else "unchanged", platform_id=platform_id)
