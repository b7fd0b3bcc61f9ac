"""axe-core over a page: what a machine can find of WCAG 2.2 AA."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
    const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
    return (await axe.run(document, options)).violations;
}"""


def violations(page: Page) -> list[str]:
    """One line for each violation with the elements it is about; needs a context with `bypass_csp=True`."""
    page.evaluate(SCRIPT.read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    return [f"{one['id']}: {', '.join(str(node['target'][0]) for node in one['nodes'])}" for one in found]


def sideways(page: Page) -> int:
    """How many CSS pixels the page is wider than its window (WCAG 1.4.10 wants none at 320)."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
