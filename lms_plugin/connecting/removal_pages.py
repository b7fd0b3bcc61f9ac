"""Deleting a platform or deployment: first exactly what goes along and what stays, then the name typed."""

from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lms_plugin.connecting.acting import acting_on, back_to, named, note, shown, shown_deployment
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.words import TABLES
from lms_plugin.extensions import db
from lms_plugin.lti.administering import deployment_in
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.removal import footprint, remove
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors


@blueprint.get("/platforms/<uuid:platform_id>/delete")
@visitors(Role.ADMINISTRATOR)
def delete_platform_form(platform_id: UUID) -> Response:
    """What deleting the platform would take along."""
    return _form(shown(platform_id))


@blueprint.post("/platforms/<uuid:platform_id>/delete")
@visitors(Role.ADMINISTRATOR)
def delete_platform(platform_id: UUID) -> AnyResponse:
    """Deletes it, when its name was typed."""
    if not _is_confirmed(shown(platform_id)):
        return _form(shown(platform_id), "name_differs")
    with acting_on(platform_id) as platform:
        which = named(platform)
        gone = remove(db.session(), platform)
    note("delete platform", **which, rows=dict(gone.rows))
    return back_to("connecting.platforms", "removed")


@blueprint.get("/platforms/<uuid:platform_id>/deployments/<uuid:deployment_id>/delete")
@visitors(Role.ADMINISTRATOR)
def delete_deployment_form(platform_id: UUID, deployment_id: UUID) -> Response:
    """What deleting the deployment would take along."""
    return _form(shown_deployment(platform_id, deployment_id))


@blueprint.post("/platforms/<uuid:platform_id>/deployments/<uuid:deployment_id>/delete")
@visitors(Role.ADMINISTRATOR)
def delete_deployment(platform_id: UUID, deployment_id: UUID) -> AnyResponse:
    """Deletes it, when its name was typed."""
    if not _is_confirmed(shown_deployment(platform_id, deployment_id)):
        return _form(shown_deployment(platform_id, deployment_id), "name_differs")
    with acting_on(platform_id) as platform:
        deployment = deployment_in(platform, deployment_id)
        which = named(platform, deployment)
        gone = remove(db.session(), deployment)
    note("delete deployment", **which, rows=dict(gone.rows))
    return back_to("connecting.platform", "removed", platform_id=platform_id)


def name_to_type(subject: Platform | Deployment) -> str:
    """What an administrator types to show that they mean this one."""
    return subject.name or (subject.deployment_id if isinstance(subject, Deployment) else subject.client_id)


def _is_confirmed(subject: Platform | Deployment) -> bool:
    return request.form.get("name", "").strip() == name_to_type(subject).strip()


def _form(subject: Platform | Deployment, fault: str = "") -> Response:
    found = footprint(db.session(), subject)
    platform = subject.platform if isinstance(subject, Deployment) else subject
    page = render_template(
        "connecting/removal.html",
        subject=subject,
        platform=platform,
        is_platform=subject is platform,
        expected=name_to_type(subject),
        rows=[(TABLES.get(name, name), number) for name, number in found.rows],
        with_records=found.learners_with_records,
        fault=fault,
    )
    return make_response(page, 400 if fault else 200)
