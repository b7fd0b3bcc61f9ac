"""The registered LMSs: what each is called, from where it launches, whether it may, and how much it does."""

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms_plugin.connecting.acting import shown
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.extensions import db
from lms_plugin.lti.dynamic_registration_hosts import hides_its_host
from lms_plugin.lti.overview import Use, last_launch, latest, seen_keys, use_of_deployments
from lms_plugin.lti.registering import all_registrations
from lms_plugin.lti.role_overrides import overrides_of
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors
from lms_plugin.web.visit import VisitForbidden, VisitMissing


@blueprint.get("/")
@visitors(Role.ADMINISTRATOR)
def start() -> Response:
    """The room begins with the platforms."""
    return redirect(url_for("connecting.platforms"), 303)


@blueprint.get("/platforms")
@visitors(Role.ADMINISTRATOR)
def platforms() -> str:
    """Every registration with its deployments."""
    found, uses = all_registrations(db.session()), use_of_deployments(db.session())
    # Who waits for an answer comes first.
    found.sort(key=lambda platform: platform.status != "pending")
    return render_template(
        "connecting/platforms.html",
        platforms=found,
        last_launches={platform.id: last_launch(platform, uses) for platform in found},
    )


@blueprint.get("/platforms/<uuid:platform_id>")
@visitors(Role.ADMINISTRATOR)
def platform(platform_id: UUID) -> str:
    """One registration: every value, its deployments and their use, the keys we hold of it."""
    found, database = shown(platform_id), db.session()
    uses = use_of_deployments(database, platform_id)
    return render_template(
        "connecting/platform.html",
        platform=found,
        deployments=sorted(found.deployments, key=lambda one: (one.status != "pending", one.deployment_id)),
        uses=uses,
        unused=Use(),
        last_launch=latest(use.last_launch_at for use in uses.values()),
        seen_keys=seen_keys(database, found),
        overrides=len(overrides_of(database, platform_id)),
        hides_its_host=hides_its_host(found.issuer, found.extra_origins),
    )


@blueprint.errorhandler(VisitMissing)
def not_signed_in(refusal: VisitMissing) -> tuple[str, int]:
    """Says how to get in."""
    return render_template("connecting/sign_in_needed.html"), refusal.status


@blueprint.errorhandler(VisitForbidden)
def not_for_this_role(refusal: VisitForbidden) -> tuple[str, int]:
    """Says who may."""
    return render_template("connecting/not_for_this_role.html"), refusal.status
