"""Routes of the room `webinars`."""

from lms_plugin.web.visit_urls import visit_blueprint

blueprint = visit_blueprint("webinars", __name__)
