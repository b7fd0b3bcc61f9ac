"""The blueprint with all its resources: who imports it from here gets every route."""

from lms_plugin.lrs import about, activities, activity_profiles, agent_profiles, agents, state, statements
from lms_plugin.lrs.blueprint import blueprint

__all__ = [
    "about",
    "activities",
    "activity_profiles",
    "agent_profiles",
    "agents",
    "blueprint",
    "state",
    "statements",
]
