"""The registered LMSs: what each is called, from where it launches, and whether it may."""

from flask import render_template

from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.extensions import db
from lms_plugin.lti.registering import all_registrations
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors


@blueprint.get("/platforms")
@visitors(Role.ADMINISTRATOR)
def platforms() -> str:
    """Every registration with its deployments."""
    return render_template("connecting/platforms.html", platforms=all_registrations(db.session()))
