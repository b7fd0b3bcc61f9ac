"""The administrators' page of credentials: made, rotated and revoked, the secret shown this once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from lms_plugin.extensions import db
from lms_plugin.lrs import credential_words as words
from lms_plugin.lrs.belonging import checked_programme, home_page_of, home_pages
from lms_plugin.lrs.credential import (
    CredentialRefused,
    LrsCredential,
    Wishes,
    issue,
    list_credentials,
    revoke_credential,
    rotate_credential,
)
from lms_plugin.lti.administering import told
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programmes, settings
from lms_plugin.web.texts import in_language
from lms_plugin.web.visit import VisitForbidden, VisitMissing, current_visit

blueprint = Blueprint("lrs_credentials", __name__, url_prefix="/administration/credentials")
UNPROCESSABLE = 422


@blueprint.get("")
@visitors(Role.ADMINISTRATOR)
def credentials() -> str:
    """Every credential, and the form for another."""
    return _page(notice=words.DONE.get(request.args.get("done", "")))


@blueprint.post("")
@visitors(Role.ADMINISTRATOR)
def add() -> Response:
    """Makes a credential and shows its secret."""
    # At the command line no scope means all of them; a form must not give that to who overlooked a question.
    if not request.form.getlist("scopes"):
        return _refused("scopes", _("Scegli almeno una cosa che può fare."))
    try:
        with writing(db.session()) as database:
            credential, secret = issue(database, _wishes(database), now())
    except CredentialRefused:
        error = _("Scrivi un nome che nessun'altra credenziale ha, di 255 caratteri al massimo.")
        return _refused("name", error)
    _note("add credential", credential)
    return _with_secret(credential, secret, 201)


def _refused(field: str, error: str) -> Response:
    return make_response(_page(errors={field: error}, given=request.form), UNPROCESSABLE)


def _wishes(database: Session) -> Wishes:
    """What the form asks for; raises CredentialRefused for what no form of ours sends."""
    form = request.form
    days, rate = form.get("days", ""), form.get("per_minute", "")
    if days not in words.DAYS or rate not in words.RATES:
        raise CredentialRefused("choose from the lists")
    return Wishes(
        name=form.get("name", "").strip(),
        scopes=form.getlist("scopes"),
        programme=checked_programme(programmes(), form.get("programme")),
        home_page=home_page_of(database, form.get("platform")),
        per_minute=int(rate) if rate else None,
        expires_at=now() + timedelta(days=int(days)) if days else None,
    )


@blueprint.post("/<uuid:credential_id>/rotate")
@visitors(Role.ADMINISTRATOR)
def rotate(credential_id: UUID) -> Response:
    """Gives it another secret, and shows it."""
    hours = request.form.get("keep_old", "0")
    keep_old = timedelta(hours=int(hours) if hours in words.HOURS else 0)
    with writing(db.session()) as database:
        credential, secret = rotate_credential(database, _name(database, credential_id), now(), keep_old)
    _note("rotate credential", credential)
    return _with_secret(credential, secret, 200)


@blueprint.post("/<uuid:credential_id>/revoke")
@visitors(Role.ADMINISTRATOR)
def revoke(credential_id: UUID) -> Response:
    """Ends it for good."""
    with writing(db.session()) as database:
        credential = revoke_credential(database, _name(database, credential_id), now())
    _note("revoke credential", credential)
    return redirect(url_for("lrs_credentials.credentials", done="revoked"), 303)


def _name(database: Session, credential_id: UUID) -> str:
    credential = database.get(LrsCredential, credential_id)
    if credential is None:
        raise NotFound
    return credential.name


def _note(what: str, credential: LrsCredential) -> None:
    told(current_visit().staff_email or "", what, {"key": credential.key})


def _with_secret(credential: LrsCredential, secret: str, status: int) -> Response:
    page = make_response(_page(made=credential, secret=secret), status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _page(
    given: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None, **facts: object
) -> str:
    found = [(one, words.STATES[one.state(now())]) for one in reversed(list_credentials(db.session()))]
    return render_template(
        "lrs/credentials.html",
        credentials=found,
        given=given or {},
        errors=errors or {},
        chosen=request.form.getlist("scopes") if given else ["statements/write", "statements/read/mine"],
        words=words,
        programmes=programmes(),
        programme_titles={one: in_language(programme.title) for one, programme in programmes().items()},
        platforms=home_pages(db.session()),
        address=f"{settings().public_url}/xapi",
        usual=settings().lrs_requests_per_minute,
        **facts,
    )


@blueprint.errorhandler(CredentialRefused)
def not_any_more(_refusal: CredentialRefused) -> Response:
    """Somebody else revoked it meanwhile: the list says so."""
    return redirect(url_for("lrs_credentials.credentials"), 303)


@blueprint.errorhandler(VisitMissing)
def not_signed_in(refusal: VisitMissing) -> tuple[str, int]:
    """Says how to get in."""
    return render_template("connecting/sign_in_needed.html"), refusal.status


@blueprint.errorhandler(VisitForbidden)
def not_for_this_role(refusal: VisitForbidden) -> tuple[str, int]:
    """Says who may."""
    return render_template("connecting/not_for_this_role.html"), refusal.status
