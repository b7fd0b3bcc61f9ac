"""The public blueprint of the room with all its pages attached to it."""

from lms_plugin.connecting import canvas, manual_pages, registration_pages
from lms_plugin.connecting.registration_blueprint import blueprint

__all__ = ["blueprint", "canvas", "manual_pages", "registration_pages"]
