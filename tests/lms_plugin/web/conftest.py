"""The fixtures of a launch, for visits that begin by one."""

from tests.lms_plugin.lti.fixtures import browser, lms_keys, platform, practice

__all__ = ["browser", "lms_keys", "platform", "practice"]
