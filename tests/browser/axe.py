"""axe-core over a page: what a machine can find of WCAG 2.2 AA."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
# What the width of a window changes: the size of what is pressed, what scrolls, what lies over what.
OF_WIDTH = {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "link-in-text-block"]}
RUN = (
    """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations"""
)


def violations(page: Page | Frame, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """One line for each violation with the elements it is about; needs a context with `bypass_csp=True`."""
    page.wait_for_load_state()  # half a page lacks what axe looks for
    if not page.evaluate("Boolean(window.axe)"):  # half a megabyte: once for each document is enough
        page.evaluate(SCRIPT.read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN, rules)
    return [f"{one['id']}: {', '.join(str(node['target'][0]) for node in one['nodes'])}" for one in found]


def sideways(page: Page | Frame) -> int:
    """How many CSS pixels the page is wider than its window (WCAG 1.4.10 wants none at 320)."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
