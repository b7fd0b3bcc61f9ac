"""The blueprint with all its resources: who imports it from here gets every route."""

from lms_plugin.lrs import about, statements
from lms_plugin.lrs.blueprint import blueprint

__all__ = ["about", "blueprint", "statements"]
