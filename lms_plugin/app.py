"""create_app: the only list of blueprints, extensions and checks of the application."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, g
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from course_content.loader import load_programmes
from course_content.programme import Programme
from lms_plugin import storage
from lms_plugin.connecting.frame_test_pages import blueprint as frame_test
from lms_plugin.connecting.registration_views import blueprint as registration
from lms_plugin.connecting.views import blueprint as connecting
from lms_plugin.extensions import babel, csrf, db
from lms_plugin.health.views import blueprint as health
from lms_plugin.information.views import blueprint as information
from lms_plugin.information.vocabulary_pages import blueprint as vocabulary
from lms_plugin.launching.picking_pages import blueprint as deep_linking
from lms_plugin.launching.storage_pages import blueprint as storage_pages
from lms_plugin.launching.views import blueprint as launching
from lms_plugin.lrs.alternate_request import AlternateRequests
from lms_plugin.lrs.credential_pages import blueprint as lrs_credentials
from lms_plugin.lrs.proof_views import blueprint as proofs
from lms_plugin.lrs.resources import blueprint as lrs
from lms_plugin.modules.views import blueprint as modules
from lms_plugin.rosters.views import own_course, rosters
from lms_plugin.secretariat.views import blueprint as secretariat
from lms_plugin.settings import Settings
from lms_plugin.web import access, carrying, headers, kept_pages, problems, request_log, score_words, texts
from lms_plugin.web.clock import ROME, Clock, system_clock
from lms_plugin.web.form_session import FormSessions
from lms_plugin.web.visit_urls import (
    LANGUAGES,
    chosen_language,
    in_other_language,
    install_url_defaults,
)
from lms_plugin.web.way_back import install_way_back
from lms_plugin.webinars.callbacks import blueprint as webinar_callbacks
from lms_plugin.webinars.views import blueprint as webinars

LARGEST_BODY = 1024 * 1024
STATIC = Path(__file__).parent / "static"
BLUEPRINTS = (
    information, vocabulary, health, carrying.blueprint, launching, storage_pages, deep_linking,
    registration, connecting, frame_test, modules, webinars, webinar_callbacks, own_course, rosters, lrs,
    lrs_credentials, proofs, secretariat,
)  # fmt: skip


class Application(Flask):
    """Flask, without a look at every call whether a view might be a coroutine: none of ours is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def create_app(
    settings: Settings, clock: Clock = system_clock, programmes: Mapping[str, Programme] | None = None
) -> Flask:
    """The application; raises ContentErrors for a broken programme, RuntimeError for an undeclared route.

    `programmes` are those of the settings, where somebody has read them already.
    """
    app = Application(__name__, static_folder=None)
    app.config.update(_configuration(settings))
    app.session_interface = FormSessions()
    app.extensions |= {
        "settings": settings,
        "clock": clock,
        "programmes": load_programmes(settings.programmes) if programmes is None else programmes,
    }
    request_log.install_request_log(app)
    access.enforce(app)
    _bind_extensions(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    headers.install_headers(app)
    problems.install_problems(app)
    install_url_defaults(app)
    install_way_back(app)
    carrying.install_carrying(app)
    kept_pages.install_kept_pages(app)
    access.require_declarations(app)
    _install_templates(app)
    _wrap(app, settings)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": storage.prepare_url(settings.database_url),
        "SQLALCHEMY_ENGINE_OPTIONS": storage.ENGINE_OPTIONS,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        # The session holds nothing but the form token; partitioned, so that it works inside an LMS's frame.
        "SESSION_COOKIE_NAME": "__Host-forms",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_SAMESITE": "None",
        "SESSION_COOKIE_PARTITIONED": True,
        "WTF_CSRF_TIME_LIMIT": None,  # the visit ends first
        "WTF_CSRF_SSL_STRICT": False,  # strict Referrer checks fail in frames that send none
        "BABEL_DEFAULT_LOCALE": "it",
        "BABEL_DEFAULT_TIMEZONE": str(ROME),
        "PREFERRED_URL_SCHEME": settings.public_url.split(":", 1)[0],
    }


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        storage.tune(db.engine)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=chosen_language)


def _install_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    texts.install_texts(app)
    score_words.install_score_words(app)
    app.context_processor(
        lambda: {
            "asset": asset,
            "language": chosen_language(),
            "languages": LANGUAGES,
            "visit": g.get("visit"),
            "in_other_language": in_other_language,
            "icon": icon,
        }
    )


@functools.cache  # files change with a release, and a release starts new processes
def asset(path: str) -> str:
    """The address of a static file, changing when the file does so that it can be cached for ever."""
    file = STATIC / path
    return f"/static/{path}?v={int(file.stat().st_mtime)}" if file.exists() else f"/static/{path}"


@functools.cache
def icon(name: str, extra: str = "") -> Markup:
    """A decorative icon of bootstrap-italia; the words beside it carry the meaning."""
    sprite = asset("vendor/bootstrap-italia/sprites.svg")
    drawing = Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#it-{}"></use></svg>')
    return drawing.format(extra, sprite, name)


def _wrap(app: Flask, settings: Settings) -> None:
    app.wsgi_app = AlternateRequests(app.wsgi_app)  # type: ignore[method-assign]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(STATIC), prefix="static/", max_age=31536000
    )
