"""A learner at module 1, over HTTP: reads its lessons and answers its assessment rightly."""

import requests

from course_content import EMBEDDED
from course_content.loader import load_programme
from course_content.questions import Question
from interop.browser import Browser
from interop.forms import form_with, forms
from interop.world import Failed, holds
from lms_plugin.modules.answers import field_name

MODULE = load_programme(EMBEDDED / "co-alizione").module("m1")
SUBMIT = {"action": "submit"}
TOKEN = "csrf_token"


def complete_module(browser: Browser, page: requests.Response) -> None:
    """From the module's page to a passed assessment; raises Failed."""
    base = page.url.partition("?")[0].rstrip("/")
    for lesson in MODULE.lessons:
        _post(browser, f"{base}/lessons/{lesson.id}")
    attempt = _post(browser, f"{base}/assessment")
    drawn = [question for question in _questions() if f'id="domanda-{question.id}"' in attempt.text]
    holds(drawn, f"{attempt.url} shows no question")
    answers: dict[str, str | list[str]] = {}
    for question in drawn:
        answers |= _right(question)
    token = form_with(attempt, TOKEN).value(TOKEN)
    done = browser.follow(browser.post(attempt.url, {**answers, **SUBMIT, TOKEN: token}))
    holds("100%" in done.text, f"the assessment was not passed: {done.status_code} {done.url}")


def _post(browser: Browser, url: str) -> requests.Response:
    """Presses the button of a page."""
    page = browser.get(url)
    posting = [form for form in forms(page) if form.method == "post" and TOKEN in form.names]
    if page.status_code != requests.codes.ok or not posting:
        raise Failed(f"{url} answered {page.status_code}, {len(posting)} forms")
    return browser.follow(browser.post(url, {TOKEN: posting[0].value(TOKEN)}))


def _questions() -> tuple[Question, ...]:
    assert MODULE.assessment is not None
    return tuple(MODULE.assessment.questions)


def _right(question: Question) -> dict[str, str | list[str]]:
    if question.kind == "matching":
        pairs = zip(question.choices, question.answer, strict=True)
        return {field_name(question, choice.id): target for choice, target in pairs}
    if question.kind == "ordering":
        return {field_name(question, choice): str(place) for place, choice in enumerate(question.answer, 1)}
    return {question.id: list(question.answer)}
