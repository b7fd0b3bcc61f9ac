"""Every module, from the LMS's page to its score: by keyboard alone, and again without JavaScript.

Ada has no mouse; Elena's browser runs no scripts. Each finishes every module of both programmes, and what
came of it is read at the other end: in the grade book, in the secretariat's register, in the statements.
"""

import csv
import io
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from course_content import EMBEDDED
from course_content.loader import load_programme
from course_content.programme import Assessment, Lesson, TrainingModule
from tests.browser.chromium import PATIENCE
from tests.journeys import keyboard, people
from tests.journeys.demo_process import Demo, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
PROGRAMMES = {name: load_programme(EMBEDDED / name) for name in ("co-alizione", "for-pa")}
MODULES = [(name, module) for name, programme in PROGRAMMES.items() for module in programme.modules]
each_module = pytest.mark.parametrize(
    "module", [module for _name, module in MODULES], ids=[f"{name}-{module.id}" for name, module in MODULES]
)
FINAL = people.final_of(PROGRAMMES["co-alizione"])
ADA, ELENA = "ada", "elena"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def course(demo: Demo, chromium: Browser) -> str:
    """The practice LMS, whose course the trainer gives the modules that it lacks: all but the first."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{demo.lms}/as/carla/deep-linking?tool=practice-lms&here=1")
    tool = page.frame_locator("iframe.tool")
    for _name, module in MODULES[1:]:
        tool.get_by_label(title(module)).check()
    tool.get_by_role("button", name="Continua").first.click()
    tool.get_by_role("button", name="Aggiungi al corso").first.click()
    expect(tool.get_by_role("heading", level=1)).to_have_text("Attività aggiunte")
    context.close()
    return demo.lms


@pytest.fixture(scope="module")
def ada(chromium: Browser) -> Iterator[Page]:
    """A window that no pointer ever touches; axe needs to run beside our strict policy."""
    context = chromium.new_context(viewport=people.BIG, bypass_csp=True, locale="it-IT")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(keyboard.MICE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def elena(chromium: Browser) -> Iterator[Page]:
    """A window that runs no script."""
    context = chromium.new_context(viewport=people.PHONE, java_script_enabled=False, locale="it-IT")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def title(module: TrainingModule) -> str:
    """As the module is called in the course."""
    return f"Modulo {module.number} – {module.title['it']}"


@each_module
def test_module_is_finished_by_keyboard_alone(course: str, ada: Page, module: TrainingModule) -> None:
    window = launched_by_keyboard(ada, course, title(module))
    people.check_page(window)
    keyboard.skip_to_content(window)
    keyboard.follow(window, "main a.btn-primary")
    for lesson in module.lessons:
        read_by_keyboard(window, lesson)
    people.check_page(window)
    pass_by_keyboard(window, people.bank_of(module))
    expect(window.locator("main")).to_contain_text("Hai completato questo modulo")
    people.check_page(window)
    keyboard.follow(window, "header a[lang='en']")
    expect(window.locator("main")).to_contain_text(module.objectives[0]["en"])
    people.check_page(window)
    window.close()


@pytest.mark.parametrize("programme_id", PROGRAMMES)
def test_pages_around_the_modules_are_reached_by_keyboard(course: str, ada: Page, programme_id: str) -> None:
    window = launched_by_keyboard(ada, course, title(PROGRAMMES[programme_id].modules[0]))
    keyboard.follow(window, ".breadcrumb a")
    people.check_page(window)
    for name in ("glossary", "calendar") if PROGRAMMES[programme_id].lexicon.terms else ("calendar",):
        keyboard.follow(window, f"main a[href$='{programme_id}/{name}']")
        people.check_page(window)
        keyboard.follow(window, ".breadcrumb a")
    window.close()


def test_word_and_source_are_found_from_a_lesson_by_keyboard(course: str, ada: Page) -> None:
    window = launched_by_keyboard(ada, course, title(MODULES[0][1]))
    keyboard.follow(window, ".lesson-list a")
    keyboard.tab_to(window, "article a[href^='#fonte-']")
    window.keyboard.press("Enter")
    assert window.locator(".resource-list li:target").count() == 1
    keyboard.restart(window)
    keyboard.tab_to(window, "a")  # goes on from the source, not from the top
    assert window.evaluate("document.activeElement.closest('article')") is None
    window.reload()
    keyboard.follow(window, "article a[href*='/glossary#']")
    expect(window.locator("dt:target")).to_be_in_viewport()
    window.close()


def test_final_assessment_is_passed_by_keyboard_alone(course: str, ada: Page) -> None:
    window = launched_by_keyboard(ada, course, FINAL.title["it"])
    people.check_page(window)
    pass_by_keyboard(window, FINAL)
    people.check_page(window)  # of the programme, with everything done
    window.close()


def launched_by_keyboard(page: Page, lms: str, activity: str) -> Page:
    """Opens an activity from the course in a window of its own."""
    page.goto(f"{lms}/as/{ADA}/")
    link = page.get_by_role("heading", name=activity).get_attribute("id")
    keyboard.tab_to(page, f"a[target='_blank'][aria-describedby='{link}']")
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url("**/v/**")
    return opened.value


def read_by_keyboard(page: Page, lesson: Lesson) -> None:
    """Reads a lesson from the skip link to its last button, and answers its self-checks on the way."""
    expect(page.locator("h1")).to_have_text(lesson.title["it"])
    people.check_page(page)
    keyboard.skip_to_content(page)
    for question in lesson.self_checks:
        keyboard.answer(page, question)
        keyboard.follow(page, f"form[action$='{question.id}'] button")
        keyboard.wait_for_focus(page, f"esito-{question.id}")
        assert "Risposta giusta" in page.locator(f"#esito-{question.id}").inner_text()
    assert keyboard.no_mouse(page)
    keyboard.follow(page, ".lesson-nav button")


def pass_by_keyboard(page: Page, bank: Assessment) -> None:
    """Takes the assessment from its first page to the module's, with every answer right."""
    keyboard.skip_to_content(page)
    keyboard.follow(page, "main form button")
    people.check_page(page)
    keyboard.skip_to_content(page)
    for question in people.drawn(page, bank):
        keyboard.answer(page, question)
    assert keyboard.no_mouse(page)
    keyboard.follow(page, "button[value='submit']")
    assert "Hai ottenuto 100%" in page.locator("main").inner_text()
    people.check_page(page)
    keyboard.follow(page, "main a.btn-primary")


@each_module
def test_module_is_finished_without_javascript(course: str, elena: Page, module: TrainingModule) -> None:
    window = launched_without_javascript(elena, course, title(module))
    people.read_lessons(window)
    people.pass_assessment(window, people.bank_of(module))
    assert "Hai ottenuto 100%" in window.locator("main").inner_text()
    people.follow(window, window.get_by_role("link", name="Torna al modulo"))
    expect(window.locator("main")).to_contain_text("Hai completato questo modulo")
    window.close()


def test_final_assessment_is_passed_without_javascript(course: str, elena: Page) -> None:
    window = launched_without_javascript(elena, course, FINAL.title["it"])
    people.pass_assessment(window, FINAL)
    assert "Hai ottenuto 100%" in window.locator("main").inner_text()
    window.close()


def launched_without_javascript(page: Page, lms: str, activity: str) -> Page:
    """Opens an activity from the course in a window of its own."""
    page.goto(f"{lms}/as/{ELENA}/")
    card = page.locator("main li").filter(has_text=activity)
    with page.expect_popup() as opened:
        card.get_by_role("link", name="Apri in una nuova finestra").click()
    window = opened.value
    people.follow(window, window.get_by_role("button").first)  # the LMS's own form, which a script would send
    window.wait_for_url("**/v/**")
    return window


def test_every_score_is_in_the_grade_book(course: str, elena: Page) -> None:
    titles = [FINAL.title["it"], *(title(module) for _name, module in MODULES)]
    expected = {(one, person) for one in titles for person in (ADA, ELENA)}
    until = time.monotonic() + 30
    while (found := scored(elena, course)) != expected:
        assert time.monotonic() < until, expected - found
        time.sleep(0.5)


def scored(page: Page, lms: str) -> set[tuple[str, str]]:
    """Module and person of every full, graded score, as the trainer reads them."""
    page.goto(f"{lms}/as/carla/grades")
    rows = page.locator("#grades tbody tr").filter(has_text="100 %").filter(has_text="FullyGraded")
    return {(row.locator("th").inner_text(), row.get_attribute("data-learner") or "") for row in rows.all()}


def test_every_completion_is_in_the_register(demo: Demo, elena: Page) -> None:
    elena.goto(demo.sign_in_link)
    people.follow(elena, elena.get_by_role("button", name="Entra"))
    answer = elena.request.get(
        elena.url.partition("/secretariat")[0]
        + "/secretariat/records.csv?kind=module&kind=final_assessment&kind=programme"
    )
    rows = csv.DictReader(io.StringIO(answer.text().lstrip("\ufeff")))
    read = ("account", "programma", "attivita", "esito", "punteggio_percentuale")
    found = Counter(tuple(row[column] for column in read) for row in rows)
    for person in (ADA, ELENA):
        for name, module in MODULES:
            assert found[person, name, module.id, "completed", "100"] == 1
        assert found[person, "co-alizione", FINAL.id, "passed", "100"] == 1
        assert found[person, "co-alizione", "co-alizione", "completed", ""] == 1
    assert found.total() == 2 * (len(MODULES) + 2)


def test_every_statement_is_in_the_lrs(demo: Demo) -> None:
    made = Counter(statements(demo))
    for person in (ADA, ELENA):
        for name, module in MODULES:
            for lesson in module.lessons:
                assert made[person, "completed", f"{name}/{lesson.id}"] == 1
            assert made[person, "passed", f"{name}/{people.bank_of(module).id}"] == 1
            assert made[person, "completed", f"{name}/{module.id}"] == 1
        assert made[person, "passed", f"co-alizione/{FINAL.id}"] == 1
        assert made[person, "completed", "co-alizione"] == 1


def statements(demo: Demo) -> Iterator[tuple[str, str, str]]:
    """Person, verb and activity of every statement, page after page."""
    base, more = demo.statements.partition("/xapi")[0], "/xapi/statements?limit=500"
    while more:
        answer = requests.get(
            base + more,
            auth=(demo.lrs_key, demo.lrs_secret),
            headers={"X-Experience-API-Version": "1.0.3"},
            timeout=10,
        ).json()
        for one in answer["statements"]:
            activity = one["object"]["id"].partition("/xapi/activities/")[2]
            yield one["actor"]["account"]["name"], one["verb"]["id"].rpartition("/")[2], activity
        more = answer["more"]
