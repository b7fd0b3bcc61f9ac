"""The WSGI application for gunicorn: `lms_plugin.wsgi:application`."""

import gc
import os

from sqlalchemy.orm import configure_mappers

from lms_plugin.app import create_app
from lms_plugin.log_lines import install_json_logs
from lms_plugin.settings import read_settings
from lms_plugin.web.request_log import RequestFormatter

_settings = read_settings(os.environ)
install_json_logs(_settings.log_level, RequestFormatter())
application = create_app(_settings)
# Made before the workers are forked, so that nobody's first page waits for it.
configure_mappers()
for _name in application.jinja_env.list_templates(extensions=["html"]):
    application.jinja_env.get_template(_name)
# What is here stays here. And a batch of statements is tens of thousands of objects without a cycle: Python
# would look through them for cycles again and again.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
