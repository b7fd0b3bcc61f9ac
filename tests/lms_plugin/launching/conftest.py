"""The fixtures of a launch."""

from tests.lms_plugin.lti.fixtures import browser, lms_keys, platform, practice

__all__ = ["browser", "lms_keys", "platform", "practice"]
