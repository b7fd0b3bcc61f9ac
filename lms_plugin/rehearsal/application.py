"""make_lms: the practice LMS as a Flask application of its own."""

from flask import Flask, Response, render_template, request
from flask_babel import Babel
from werkzeug.exceptions import HTTPException

from lms_plugin.rehearsal.administration import administration
from lms_plugin.rehearsal.deep_linking_pages import deep_linking
from lms_plugin.rehearsal.here import here, installation_of, place
from lms_plugin.rehearsal.initiation import UnknownLaunch
from lms_plugin.rehearsal.installation import Clock, install, utc_now
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.lms import Lms
from lms_plugin.rehearsal.oidc import oidc
from lms_plugin.rehearsal.pages import pages
from lms_plugin.rehearsal.registration import registration
from lms_plugin.rehearsal.services import services
from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.rehearsal.switchboard import switchboard
from lms_plugin.rehearsal.tools import FetchJson, fetch_json

_BLUEPRINTS = (pages, oidc, services, deep_linking, registration, administration, switchboard)
_LARGEST_BODY_BYTES = 1024 * 1024


def make_lms(
    settings: LmsSettings,
    *,
    clock: Clock = utc_now,
    fetch: FetchJson = fetch_json,
    keys: KeyRing | None = None,
) -> Flask:
    """A practice LMS going on from its state file, or new.

    `fetch` reads the tool's key set (a test without sockets gives its own); `keys` spares tests the making of
    RSA keys. Raises ValueError on settings or a state file that make no sense.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=_LARGEST_BODY_BYTES,
        BABEL_TRANSLATION_DIRECTORIES="../translations",
        BABEL_DEFAULT_LOCALE=settings.locale,
    )
    Babel(app)
    place(app, install(settings, clock=clock, fetch=fetch, keys=keys))
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _problem)
    app.register_error_handler(UnknownLaunch, _unknown)
    app.after_request(_headers)
    app.context_processor(lambda: {"locale": settings.locale, "installation": here()})
    return app


def lms_of(app: Flask) -> Lms:
    """The handle tests drive a practice LMS with."""
    return Lms(installation_of(app))


def _problem(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.response is not None:
        return error
    code = error.code or 500
    return render_template("problem.html", code=code, detail=""), code


def _unknown(error: UnknownLaunch) -> tuple[str, int]:
    return render_template("problem.html", code=404, detail=str(error)), 404


def _headers(response: Response) -> Response:
    installation = here()
    with installation.store.reading() as memory:
        tools = " ".join(sorted({tool.origin for tool in memory.tools.values()}))
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"frame-src 'self' {tools}; form-action 'self' {tools}; frame-ancestors 'self'; base-uri 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
