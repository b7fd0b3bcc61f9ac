"""Our own keys: their dates, and the buttons that rotate and retire them."""

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lms_plugin.connecting.acting import back_to, note
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.words import KEY_STATUS
from lms_plugin.extensions import db
from lms_plugin.lti.key_rotation import NextKeyTooNew, all_keys, due_at, is_readable, ready_at, retire, rotate
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings


@blueprint.get("/keys")
@visitors(Role.ADMINISTRATOR)
def keys() -> Response:
    """Every key with its state and dates."""
    return _page(200)


@blueprint.post("/keys/rotate")
@visitors(Role.ADMINISTRATOR)
def rotate_keys() -> AnyResponse:
    """Lets the next key sign; asks again when LMSs cannot know it yet."""
    is_forced = request.form.get("force") == "yes"
    signed = request.form.get("signed") or None
    try:
        done = rotate(db.session(), settings().secret_key, now(), signed=signed, force=is_forced)
    except NextKeyTooNew:
        return _page(NextKeyTooNew.status, too_new=True)
    if done.rotated:
        note("rotate keys", signs=done.signs, signed=done.signed, forced=is_forced)
    return back_to("connecting.keys", "rotated" if done.rotated else "already_rotated")


@blueprint.post("/keys/<kid>/retire")
@visitors(Role.ADMINISTRATOR)
def retire_key(kid: str) -> AnyResponse:
    """Takes a key that does not sign out of the published set at once."""
    with writing(db.session()) as database:
        retire(database, kid, now())
    note("retire key", key=kid)
    return back_to("connecting.keys", "retired")


def _page(status: int, *, too_new: bool = False) -> Response:
    found = all_keys(db.session())
    by_status = {key.status: key for key in found}
    page = render_template(
        "connecting/keys.html",
        keys=found,
        key_words=KEY_STATUS,
        due={key.kid: due_at(key) for key in found},
        ready={key.kid: ready_at(key) for key in found},
        signing=by_status.get("active"),
        following=by_status.get("next"),
        broken=[
            key for key in found if key.status == "active" and not is_readable(key, settings().secret_key)
        ],
        too_new=too_new,
    )
    return make_response(page, status)
