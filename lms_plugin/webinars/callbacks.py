"""What video platforms send us, and where people land when they leave a room."""

import logging

from flask import Blueprint, Response, render_template, request

from lms_plugin.extensions import csrf, db
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import recorder, settings
from lms_plugin.webinars.presence import take_in
from lms_plugin.webinars.room import NoVideoPlatform, make_provider
from webinar_connector.providers.errors import AuthError, ConfigError, ProviderError

blueprint = Blueprint("webinar_callbacks", __name__, url_prefix="/webinars")
log = logging.getLogger("coalizione.webinars")
# BigBlueButton repeats what was not answered with 2xx: say no only to what must not come again.
FORBIDDEN, MALFORMED, UNKNOWN, TRY_AGAIN = 401, 400, 404, 503


@blueprint.route("/callbacks/<path:address>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to(Door.PROVIDER_SIGNATURE)
def callback(address: str) -> Response:
    """Presence from the platform, checked by its signature, appended as evidence."""
    del address  # the provider reads the whole URL
    url = f"{settings().public_url}{request.full_path.rstrip('?')}"
    try:
        events = make_provider(settings()).verify_callback(dict(request.headers), request.get_data(), url)
    except NoVideoPlatform:
        return Response(status=UNKNOWN)
    except ProviderError as error:
        return _refused(error)
    with writing(db.session()) as database:
        taken = take_in(database, recorder(), events, now())
    log.info("presence taken in", extra={"facts": {"events": len(events), "taken": taken}})
    return Response(status=204)


def _refused(error: ProviderError) -> Response:
    log.warning("callback refused", extra={"facts": {"code": error.code}})
    if isinstance(error, AuthError):
        return Response(status=FORBIDDEN)
    return Response(status=MALFORMED if isinstance(error, ConfigError) else TRY_AGAIN)


@blueprint.get("/left")
@open_to(Door.PUBLIC)
def left() -> str:
    """Where people land when they leave the room."""
    return render_template("webinars/left.html")
