"""Invitations to register an LMS: made, shown once, listed, revoked."""

from datetime import timedelta
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.registration_words import STATE_WORDS
from lms_plugin.extensions import db
from lms_plugin.lti.invitations import (
    InvitationInvalid,
    Wishes,
    all_invitations,
    make_invitation,
    revoke_invitation,
)
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.visit import current_visit

DAYS = ("1", "7", "30", "90")
UNPROCESSABLE = 422


@blueprint.get("/invitations")
@visitors(Role.ADMINISTRATOR)
def invitations() -> str:
    """Every invitation, and the form for another."""
    return _page()


@blueprint.post("/invitations")
@visitors(Role.ADMINISTRATOR)
def invite() -> BaseResponse:
    """Makes an invitation and shows its address, this once."""
    days = request.form.get("days", "7")
    wishes = Wishes(
        created_by=current_visit().staff_email or "",
        name=request.form.get("name", ""),
        approves=request.form.get("approves") == "yes",
        life=timedelta(days=int(days) if days in DAYS else 0),
    )
    try:
        with writing(db.session()) as database:
            made = make_invitation(database, wishes, now())
    except InvitationInvalid:
        error = _("Scrivi al massimo 255 caratteri, su una riga, e scegli una durata dall'elenco.")
        return make_response(_page(error=error, name=wishes.name), UNPROCESSABLE)
    link = settings().public_url + url_for("registration.register", secret=made.secret, lang=None)
    page = make_response(_page(link=link, made=made.invitation), 201)
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@blueprint.post("/invitations/<uuid:invitation_id>/revoke")
@visitors(Role.ADMINISTRATOR)
def revoke(invitation_id: UUID) -> BaseResponse:
    """Takes an unused invitation back."""
    with writing(db.session()) as database:
        revoke_invitation(database, invitation_id, now())
    return redirect(url_for("connecting.invitations"), 303)


def _page(**facts: object) -> str:
    found = [(each, STATE_WORDS[each.state(now())]) for each in all_invitations(db.session())]
    return render_template("connecting/registration_invitations.html", invitations=found, days=DAYS, **facts)
