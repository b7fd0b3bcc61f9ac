"""A person without a mouse: Tab to a place, Enter and Space to press, arrows to choose.

Whoever moves by keyboard must see where they are: every stop on the way is looked at, and one without a ring
around it, outside the window or under something else ends the walk (WCAG 2.4.3, 2.4.7, 2.4.11).
"""

from dataclasses import dataclass

from playwright.sync_api import Page

from course_content.questions import Question

FURTHEST = 400  # presses of Tab from the top of the longest page to its end
STOP = """(wanted) => {
    const element = document.activeElement, style = getComputedStyle(element);
    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();  // of its first line
    const x = Math.max(0, Math.min(innerWidth - 1, box.left + box.width / 2));
    const y = Math.max(0, Math.min(innerHeight - 1, box.top + Math.min(box.height, innerHeight) / 2));
    const above = document.elementFromPoint(x, y);
    const before = window.walkedFrom;
    window.walkedFrom = element;
    return {
        there: element.matches(wanted),
        words: `${element.tagName} ${element.id || element.getAttribute("href") || element.innerText}`
            + ` ${box.left} ${box.top} ${box.width}x${box.height}`,
        ringed: element.matches(":focus-visible") && style.outlineStyle !== "none"
            && parseFloat(style.outlineWidth) >= 2,
        in_window: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
            && box.left < innerWidth,
        on_top: !!above && (element.contains(above) || above.contains(element)),
        in_order: !before || before === element || !before.isConnected
            || !!(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
    };
}"""
FIELDS = """(id) => [...document.getElementById(id).querySelectorAll("input, select")]
    .map((field) => [field.name, field.value])"""
CHOSEN = """(name) => [...document.getElementsByName(name)].filter((field) => field.checked)
    .map((field) => field.value).sort()"""
MICE = "addEventListener('pointerdown', () => { window.pressedByMouse = true; }, true)"


@dataclass(frozen=True)
class Stop:
    """Where Tab led, and whether a person can see that they are there."""

    there: bool
    words: str
    ringed: bool
    in_window: bool
    on_top: bool
    in_order: bool

    @property
    def seen(self) -> bool:
        """Whether this is a stop that nobody gets lost at."""
        return self.ringed and self.in_window and self.on_top and self.in_order


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the focus is on `wanted` (CSS); every stop on the way must be seen and in order."""
    for _press in range(FURTHEST):
        page.keyboard.press("Tab")
        stop = Stop(**page.evaluate(STOP, wanted))
        assert stop.seen, (page.url, stop)
        if stop.there:
            return
    raise AssertionError(f"{page.url}: Tab never reaches {wanted}")


def follow(page: Page, wanted: str) -> None:
    """Goes to a link or button, presses Enter, and waits for the page it leads to."""
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def skip_to_content(page: Page) -> None:
    """The first stop of a page leads past its header."""
    tab_to(page, ".skiplinks a:first-child")
    page.keyboard.press("Enter")
    wait_for_focus(page, "contenuto")
    restart(page)


def wait_for_focus(page: Page, place: str) -> None:
    """A browser moves its focus to the place that an address names with the page, or a moment later."""
    page.wait_for_function("(place) => document.activeElement.id === place", arg=place)


def restart(page: Page) -> None:
    """A jump within the page: the next stop need not come after the last."""
    page.evaluate("window.walkedFrom = undefined")


def answer(page: Page, question: Question) -> None:
    """Gives the right answer to a question further down the page."""
    if question.kind in {"matching", "ordering"}:
        for field, value in right_pairs(question, page.evaluate(FIELDS, f"domanda-{question.id}")):
            tab_to(page, f"[name='{field}']")
            _select(page, value)
    else:
        tab_to(page, f"[name='{question.id}']")
        _choose(page, question)


def right_pairs(question: Question, fields: list[list[str]]) -> list[tuple[str, str]]:
    """What is right in each select, in the order of the page, which is not that of the bank."""
    if question.kind == "matching":
        pairs = zip((choice.id for choice in question.choices), question.answer, strict=True)
        wanted = dict(pairs)
    else:
        wanted = {choice: str(place) for place, choice in enumerate(question.answer, 1)}
    return [(field, wanted[field.removeprefix(f"{question.id}.")]) for field, _value in fields]


def _select(page: Page, value: str) -> None:
    """Moves a select to its option, one down at a time."""
    place = "(value) => [...document.activeElement.options].findIndex((option) => option.value === value)"
    for _step in range(int(page.evaluate(place, value))):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == value, page.url


def _choose(page: Page, question: Question) -> None:
    """Ticks boxes with Space, or walks through a group of radio buttons, where Tab stops once."""
    values = [value for _field, value in page.evaluate(FIELDS, f"domanda-{question.id}")]
    if question.kind != "multiple":
        values = values[: values.index(question.answer[0]) + 1]
    for place, value in enumerate(values):
        if place:
            page.keyboard.press("Tab" if question.kind == "multiple" else "ArrowDown")
        if value in question.answer:
            page.keyboard.press("Space")
    assert page.evaluate(CHOSEN, question.id) == sorted(question.answer), page.url


def no_mouse(page: Page) -> bool:
    """Whether nothing on this page was pressed with a pointer; needs MICE as script of the context."""
    return not page.evaluate("Boolean(window.pressedByMouse)")
