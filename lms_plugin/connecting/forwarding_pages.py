"""The other LRSs that get our statements: how each stands, what it refused, and the buttons for it."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from lms_plugin.connecting.acting import back_to, note
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.forwarding_form import read_day, read_new_target
from lms_plugin.delivery.forwarding import administering as targets
from lms_plugin.delivery.forwarding.adopting import FROM_SETTINGS
from lms_plugin.delivery.forwarding.standing import State, all_targets, letters_of, standing_of
from lms_plugin.delivery.forwarding.tables import BEGINNING, ForwardingTarget
from lms_plugin.delivery.forwarding.trusting import forwarding_outbound
from lms_plugin.extensions import db
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.forwarding_words import CANARY, STATES, about_target
from lms_plugin.web.visit import current_visit

MOST_LETTERS = 100
CHANGES = {"pause": targets.pause, "resume": targets.resume}


@blueprint.get("/forwarding")
@visitors(Role.ADMINISTRATOR)
def forwarding() -> str:
    """Every target with one sentence about it."""
    database = db.session()
    found = [(one, standing_of(database, one, now())) for one in all_targets(database)]
    return render_template(
        "connecting/forwarding.html", targets=found, state_words=STATES, about_target=about_target
    )


@blueprint.get("/forwarding/new")
@visitors(Role.ADMINISTRATOR)
def new_target_form() -> Response:
    """A form for one more."""
    return _form({}, 200)


@blueprint.post("/forwarding/new")
@visitors(Role.ADMINISTRATOR)
def add_target() -> AnyResponse:
    """Makes the target; sending begins with the first statement that it is to get."""
    trusted = forwarding_outbound(settings()).trusted_hosts
    try:
        wanted = read_new_target(request.form, settings().public_url)
        with writing(db.session()) as database:
            target = targets.add_target(database, wanted, settings().secret_key, trusted, now())
            target_id = target.id
    except targets.TargetInvalid as refusal:
        return _form(_named(refusal.faults), refusal.status)
    note("add forwarding target", target=target_id, url=wanted.url)
    return back_to("connecting.forwarding_target", "target_added", target_id=target_id)


@blueprint.get("/forwarding/<uuid:target_id>")
@visitors(Role.ADMINISTRATOR)
def forwarding_target(target_id: UUID) -> Response:
    """One target: how it stands, its last answer, what it refused."""
    return _page(target_id, {}, 200)


@blueprint.post("/forwarding/<uuid:target_id>/status")
@visitors(Role.ADMINISTRATOR)
def change_target_status(target_id: UUID) -> AnyResponse:
    """Pauses or resumes."""
    verb = request.form.get("verb", "")
    if verb not in CHANGES:
        raise BadRequest
    with writing(db.session()) as database:
        changed = CHANGES[verb](targets.find_target(database, target_id), now())
    if changed:
        note(f"{verb} forwarding target", target=target_id)
    return _back(target_id, f"target_{verb}d" if changed else "unchanged")


@blueprint.post("/forwarding/<uuid:target_id>/credentials")
@visitors(Role.ADMINISTRATOR)
def change_target_credentials(target_id: UUID) -> AnyResponse:
    """Saves new credentials."""
    key, secret = (request.form.get(name, "").strip() for name in ("key", "secret"))
    try:
        with writing(db.session()) as database:
            target = targets.find_target(database, target_id)
            targets.set_secret(target, key, secret, settings().secret_key)
    except targets.TargetInvalid as refusal:
        return _page(target_id, _named(refusal.faults), refusal.status)
    note("change credentials of forwarding target", target=target_id)
    return _back(target_id, "target_credentials")


@blueprint.post("/forwarding/<uuid:target_id>/resend")
@visitors(Role.ADMINISTRATOR)
def resend_to_target(target_id: UUID) -> AnyResponse:
    """Everything from a day on once more, or all that was refused."""
    start = read_day(request.form.get("start", "")) if "start" in request.form else None
    if "start" in request.form and start is None:
        return _page(target_id, {"start": "no_day"}, 400)
    with writing(db.session()) as database:
        target = targets.find_target(database, target_id)
        if start is not None:
            changed = targets.resend_from(target, start, now())
        else:
            changed = targets.resend_dead(database, target, now()) > 0
    if changed:
        note("resend to forwarding target", target=target_id, start=str(start or "refused"))
    return _back(target_id, "target_resent" if changed else "unchanged")


@blueprint.post("/forwarding/<uuid:target_id>/letters/<uuid:statement_id>")
@visitors(Role.ADMINISTRATOR)
def change_letter(target_id: UUID, statement_id: UUID) -> AnyResponse:
    """Sends one refused statement again, or gives it up with a reason."""
    verb, why = request.form.get("verb", ""), request.form.get("why", "")
    by = current_visit().staff_email or ""
    try:
        with writing(db.session()) as database:
            target = targets.find_target(database, target_id)
            if verb == "resend":
                targets.resend_dead(database, target, now(), statement_id)
            elif verb == "discard":
                targets.discard(database, target, statement_id, by, why, now())
            else:
                raise BadRequest
    except targets.ReasonMissing as refusal:
        return _page(target_id, {f"why-{statement_id}": "why_missing"}, refusal.status)
    note(f"{verb} forwarded statement", target=target_id, statement=statement_id)
    return _back(target_id, "target_resent" if verb == "resend" else "letter_discarded")


def _named(faults: Mapping[str, str]) -> dict[str, str]:
    """With words of its own for each value that is missing, so that a list of them says which."""
    missing = {"name": "name_empty", "key": "key_missing", "secret": "secret_missing"}
    return {name: missing[name] if fault == "missing" else fault for name, fault in faults.items()}


def _back(target_id: UUID, done: str) -> Response:
    return make_response(back_to("connecting.forwarding_target", done, target_id=target_id))


def _form(faults: dict[str, str], status: int) -> Response:
    page = render_template("connecting/forwarding_new.html", values=request.form, faults=faults)
    return make_response(page, status)


def _page(target_id: UUID, faults: dict[str, str], status: int) -> Response:
    database = db.session()
    target = database.get(ForwardingTarget, target_id)
    if target is None:
        raise targets.TargetMissing
    standing = standing_of(database, target, now())
    page = render_template(
        "connecting/forwarding_target.html",
        target=target,
        standing=standing,
        is_well=standing.state is State.WELL,
        sentence=about_target(target, standing),
        state=STATES[standing.state],
        canary=CANARY[target.canary_result],
        letters=letters_of(database, target.id, MOST_LETTERS),
        has_since=target.since != BEGINNING,
        has_begun=target.cursor_stored != BEGINNING,
        from_settings=target.id == FROM_SETTINGS,
        faults=faults,
        values=request.form if faults else {},
    )
    return make_response(page, status)
