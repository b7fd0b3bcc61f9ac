"""The blueprint of the room with all its pages attached to it."""

from lms_plugin.connecting import platforms_pages
from lms_plugin.connecting.blueprint import blueprint

__all__ = ["blueprint", "platforms_pages"]
