"""Serves the LTI 1.3 platform side of Open edX (`lti-consumer-xblock`) from this machine, without Open edX.

  serve.py --folder F --port P --tool http://127.0.0.1:8000 --target URL

Runs in the environment that interop/requirements.txt pins; the product never imports it. Django keeps its
settings in the process, so one process is one platform.
"""

import argparse
import socketserver
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


class ThreadingServer(socketserver.ThreadingMixIn, WSGIServer):
    """The token address fetches the tool's keys while the tool waits: one thread would not do."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


def configure(folder: Path, address: str) -> None:
    """The settings that the consumer needs."""
    settings.configure(
        SECRET_KEY="only for this run",
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "openedx.db",
                               "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"}}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "config_models", "rest_framework", "django_filters", "lti_consumer"],
        MIDDLEWARE=["around.AnswersGetLost", "around.EverybodyIsAnonymous",
                    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
                    "edx_django_utils.cache.middleware.TieredCacheMiddleware"],
        ROOT_URLCONF="addresses",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        LMS_ROOT_URL=address,
        PLATFORM_NAME="Open edX",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
        LOGGING_CONFIG=None,
    )  # fmt: skip


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tool", required=True, help="the tool's address")
    parser.add_argument("--target", required=True, help="the target_link_uri of the blocks")
    chosen = parser.parse_args()
    configure(chosen.folder, f"http://127.0.0.1:{chosen.port}")
    django.setup()
    import control  # noqa: PLC0415 - models can be imported only now
    import stand_ins  # noqa: PLC0415

    stand_ins.put_in_place()
    call_command("migrate", verbosity=0)
    control.set_up(chosen.tool, chosen.target)
    application = get_wsgi_application()
    with make_server("127.0.0.1", chosen.port, application, ThreadingServer, QuietHandler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
