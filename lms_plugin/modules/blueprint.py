"""The blueprint that the pages of this room register on."""

from lms_plugin.web.visit_urls import visit_blueprint

blueprint = visit_blueprint("modules", __name__)
