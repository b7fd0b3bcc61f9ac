"""Presses that lead to another page: a test goes on when that page is there."""

from playwright.sync_api import Frame, Locator, Page


def follow(where: Page | Frame, pressed: Locator, key: str = "") -> None:
    """Presses a link or button, with a key when one is named, and waits for the page it leads to.

    A press alone returns earlier on a busy machine: what is looked at then is the old page, or half the new.
    """
    with where.expect_navigation():
        if key:
            pressed.press(key)
        else:
            pressed.click()


def sign_in(page: Page, link: str) -> None:
    """Uses a sign-in link of the secretariat or of the administrators, by keyboard."""
    page.goto(link)
    follow(page, page.get_by_role("button", name="Entra"), "Enter")
