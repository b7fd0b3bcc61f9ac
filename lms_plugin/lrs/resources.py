"""The blueprint with all its resources: who imports it from here gets every route."""

from lms_plugin.lrs import about, activity_profiles, agent_profiles, state, statements
from lms_plugin.lrs.blueprint import blueprint

__all__ = ["about", "activity_profiles", "agent_profiles", "blueprint", "state", "statements"]
