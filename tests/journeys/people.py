"""What a person does in a browser: launch, read, answer, join, leave, look a record up."""

from playwright.sync_api import Page, ViewportSize

from course_content import EMBEDDED
from course_content.loader import load_programme
from course_content.programme import Assessment, Programme, TrainingModule
from course_content.questions import Question
from tests.browser.axe import OF_WIDTH, sideways, violations
from tests.browser.following import follow

PROGRAMME = load_programme(EMBEDDED / "co-alizione")
BIG, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=800)


def check_page(page: Page) -> None:
    """Every page of a journey: no violation at 1280 px nor, of what width changes, at 360 px."""
    assert (page.url, violations(page)) == (page.url, [])
    before = page.viewport_size or BIG
    page.set_viewport_size(PHONE)
    assert sideways(page) <= 0, page.url
    assert (page.url, "at 360 px", violations(page, OF_WIDTH)) == (page.url, "at 360 px", [])
    page.set_viewport_size(before)


def launch(page: Page, lms: str, person: str, activity: str) -> Page:
    """Opens an activity of the course in a window of its own and returns that window."""
    page.goto(f"{lms}/as/{person}/")
    card = page.locator("main li, main article").filter(has_text=activity)
    with page.expect_popup() as opened:
        card.get_by_role("link", name="Apri in una nuova finestra").first.click()
    window = opened.value
    window.wait_for_url("**/v/**")
    return window


def read_lessons(page: Page) -> None:
    """Reads from the module's page to the assessment's."""
    follow(page, page.locator("main a.btn-primary").first)
    while not page.url.endswith("/assessment"):
        follow(page, page.get_by_role("button", name="Ho letto: continua"))


def pass_assessment(page: Page, bank: Assessment) -> None:
    """Takes a module's assessment with every answer right."""
    follow(page, page.get_by_role("button", name="Inizia il tentativo"))
    for question in drawn(page, bank):
        answer(page, question)
    follow(page, page.get_by_role("button", name="Invia"))


def bank_of(module: TrainingModule) -> Assessment:
    """The module's assessment."""
    assert module.assessment is not None
    return module.assessment


def final_of(programme: Programme) -> Assessment:
    """The programme's final assessment."""
    assert programme.final_assessment is not None
    return programme.final_assessment.assessment


def drawn(page: Page, bank: Assessment) -> list[Question]:
    """The questions that this attempt asks, in its order."""
    known = {question.id: question for question in bank.questions}
    asked = page.locator("fieldset.question").evaluate_all("all => all.map((one) => one.id)")
    return [known[anchor.removeprefix("domanda-")] for anchor in asked]


def answer(page: Page, question: Question) -> None:
    """Gives the right answer to one question."""
    if question.kind == "ordering":
        for place, choice in enumerate(question.answer, 1):
            page.select_option(f"select[name='{question.id}.{choice}']", str(place))
    elif question.kind == "matching":
        for choice, target in zip(question.choices, question.answer, strict=True):
            page.select_option(f"select[name='{question.id}.{choice.id}']", target)
    else:
        for choice in question.answer:
            page.check(f"input[name='{question.id}'][value='{choice}']")


def press_into_window(page: Page, words: str) -> Page:
    """Presses a button that opens the room in a window of its own."""
    with page.expect_popup() as opened:
        page.get_by_role("button", name=words).click()
    opened.value.wait_for_url("**/room/**")
    return opened.value
