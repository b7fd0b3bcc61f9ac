"""Routes of the room `modules`."""

from lms_plugin.web.visit_urls import visit_blueprint

blueprint = visit_blueprint("modules", __name__)
