"""What tests turn and read over HTTP, from this machine only: faults, switches, keys, the log of scores."""

from flask import Blueprint, Response, jsonify, request

from lms_plugin.rehearsal.enrolments import enrolments_from_json
from lms_plugin.rehearsal.faults import plans_from_json
from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.gradebook import counts, described
from lms_plugin.rehearsal.here import here, refuse_other_origins, require_loopback
from lms_plugin.rehearsal.quirks import PROFILES

switchboard = Blueprint("switchboard", __name__, url_prefix="/rehearsal")


@switchboard.before_request
def _guard() -> None:
    require_loopback()
    refuse_other_origins()


@switchboard.get("/scores.json")
def scores() -> Response:
    """Every score that arrived, in order, and how often each (column, person, timestamp) did."""
    with here().store.reading() as memory:
        posted = list(memory.posted)
    return jsonify(
        scores=[described(score) for score in posted],
        counts=counts(posted),
        accepted=sum(score.accepted for score in posted),
        refused=sum(not score.accepted for score in posted),
    )


@switchboard.route("/faults", methods=["GET", "POST"])
def faults() -> Response | tuple[Response, int]:
    """GET what is set; POST JSON with the fields of FaultPlan, each optional, or {"mix": [such, …]}."""
    if request.method == "POST":
        body = request.get_json(silent=True)
        try:
            here().faults.set(*plans_from_json(body if isinstance(body, dict) else {"body": None}))
        except ValueError as error:
            return jsonify(error=str(error)), 400
    return jsonify(here().faults.described())


@switchboard.post("/roster")
def enrolled() -> Response | tuple[Response, int]:
    """POST JSON with the fields of Enrolments, each optional: who is in the course from now on."""
    body = request.get_json(silent=True)
    try:
        wanted = enrolments_from_json(body if isinstance(body, dict) else {"body": None})
    except ValueError as error:
        return jsonify(error=str(error)), 400
    with here().store.changing() as memory:
        memory.enrolments = wanted
    return jsonify(members=len(wanted.people()))


@switchboard.post("/switches")
def switches() -> Response | tuple[Response, int]:
    """POST JSON {profile, forgery, rotate_keys, revoke_tokens}, each optional."""
    body = request.get_json(silent=True)
    wanted = body if isinstance(body, dict) else {}
    profile, forgery = wanted.get("profile"), wanted.get("forgery")
    if (profile and profile not in PROFILES) or (forgery and forgery not in FORGERIES):
        return jsonify(error="no such profile or forgery"), 400
    with here().store.changing() as memory:
        memory.profile = profile or memory.profile
        memory.forgery = forgery or None if "forgery" in wanted else memory.forgery
        if wanted.get("rotate_keys"):
            memory.keys.rotate()
    if wanted.get("revoke_tokens"):
        here().tokens.revoke_all()
    return jsonify(profile=here().profile.name, forgery=memory.forgery)


@switchboard.get("/forgeries.json")
def forgeries() -> Response:
    """The table of wrong messages: which check each must be stopped by, and with which code."""
    return jsonify(
        [
            {
                "name": forgery.name,
                "check": forgery.check,
                "codes": forgery.codes,
                "alters": forgery.alters,
                "needs_earlier": forgery.needs_earlier,
            }
            for forgery in FORGERIES.values()
        ]
    )
