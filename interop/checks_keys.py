"""Both sides change their signing keys while people are at work."""

import time

from interop.browser import Browser
from interop.learning import complete_module
from interop.world import World, holds
from lms_plugin.lti.key_sets import BETWEEN_FETCHES

# The tool asks for keys of a name it does not know at most once in this time, whoever sends them.
PAUSE_SECONDS = BETWEEN_FETCHES.total_seconds() + 1


def platform_changes_its_key(world: World) -> str:
    """The old key is gone from its key set at once: the worst way to do it."""
    before = world.openedx.asked("private_key")["kid"]
    time.sleep(PAUSE_SECONDS)
    after = world.openedx.asked("rotate")["kid"]
    holds(after != before, "the key is the same")
    page = world.launch(Browser(), "enea")
    return f"launch signed with the new key: {page.status_code}"


def tool_changes_its_key(world: World) -> str:
    """The platform reads our key set at each token request, so the new key is known to it at once."""
    before = world.tool.asked("key", "list")
    told = world.tool.asked("key", "rotate", "--force")
    holds(isinstance(told, dict) and told["signs"] != told["signed"], f"{told}; before: {before}")
    return "another key signs"


def tokens_survive_both_changes(world: World) -> str:
    """The access token that we kept is signed with a key the platform dropped: refused, asked for anew."""
    browser = Browser()
    complete_module(browser, world.launch(browser, "enea"))
    told = world.tool.command("worker", "--once").strip()
    grades = world.openedx.asked("gradebook")["grades"]
    holds(any(grade["person"] == "enea" for grade in grades), f"{told}; {grades}")
    return "score delivered with a token signed by the new keys"


KEY_CHECKS = (platform_changes_its_key, tool_changes_its_key, tokens_survive_both_changes)
