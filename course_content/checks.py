"""Finds what is wrong with a programme's files: the schemas' rules and everything a schema cannot say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from course_content.bank_checks import bank_warnings
from course_content.citation_checks import citation_problems
from course_content.documents import Document
from course_content.fact_checks import expired_facts, lexicon_problems
from course_content.final_assessments import final_assessment_problems
from course_content.identity_checks import identity_problems
from course_content.markdown_checks import markdown_problems
from course_content.picture_checks import picture_warnings
from course_content.place_checks import place_warnings
from course_content.problems import ContentError, ContentErrors
from course_content.question_checks import question_problems
from course_content.schedule_checks import schedule_problems
from course_content.simulation_checks import simulation_problems
from course_content.sources import LESSON_NAME, ModuleSource, ProgrammeSource, read_sources
from course_content.style_checks import style_warnings
from course_content.text_checks import language_problems
from course_content.worksheet_checks import worksheet_problems


def check(folder: Path, today: date | None = None) -> tuple[ContentError, ...]:
    """Every problem of the programme in `folder`, by file and line; empty when it is sound.

    `today` (UTC when left out) is the day that a `verified_on` may not be after.
    """
    try:
        source = read_sources(folder)
    except ContentErrors as refused:
        return refused.errors
    today = today or datetime.now(UTC).date()
    return tuple(sorted({*source_problems(source), *_date_problems(source, today)}))


def to_review(folder: Path, today: date) -> tuple[ContentError, ...]:
    """Facts whose day of review has come: readers are told to check them, and somebody must read the source.

    Not among the problems of `check`: what was sound yesterday must not stop a service by itself today.
    """
    try:
        source = read_sources(folder)
    except ContentErrors:
        return ()
    return tuple(sorted(expired_facts(source, today)))


def warnings(folder: Path) -> tuple[ContentError, ...]:
    """What should be mended in a sound programme: form, reading, banks, pictures, places.

    Raises ContentErrors if its files cannot be read.
    """
    source = read_sources(folder)
    found = {*style_warnings(source), *bank_warnings(source), *picture_warnings(source)}
    return tuple(sorted(found | {*place_warnings(source)}))


def source_problems(source: ProgrammeSource) -> list[ContentError]:
    """The problems that do not depend on the day they are looked for."""
    problems = [*identity_problems(source), *language_problems(source), *schedule_problems(source)]
    problems += [*lexicon_problems(source), *citation_problems(source)]
    problems += final_assessment_problems(source)
    for module in source.modules:
        problems += _module_problems(module)
        for lesson in module.lessons:
            problems += question_problems(lesson.front, ("self_checks",))
            problems += markdown_problems(source, module, lesson)
        if module.assessment:
            problems += question_problems(module.assessment, ("questions",))
        problems += [*simulation_problems(source, module), *worksheet_problems(module)]
    return problems


def _module_problems(module: ModuleSource) -> Iterator[ContentError]:
    document = module.module
    if document.data["status"] == "ready":
        yield from _ready_problems(module)
    elif not (module.lessons or "outline" in document.data):
        yield document.error((), "a module in preparation has no outline", "add an outline")
    if not (module.lessons or "minutes" in document.data):
        yield document.error((), "the length of the module is unknown", "add minutes")
    yield from _stray_files(module)


def _ready_problems(module: ModuleSource) -> Iterator[ContentError]:
    document = module.module
    if not module.lessons:
        yield document.error(("status",), "a ready module has no lessons", "write them or set in_preparation")
    if module.assessment is None:
        hint = "write assessment.yaml, or set in_preparation"
        yield document.error(("status",), "a ready module has no assessment", hint)
        return
    if "outline" in document.data:
        hint = "remove it: the titles of the lessons are shown"
        yield document.error(("outline",), "a ready module has an outline", hint)
    yield from _bank_problems(module.assessment, document)


def _bank_problems(assessment: Document, module: Document) -> Iterator[ContentError]:
    bank, draw = len(assessment.data["questions"]), assessment.data["draw"]
    if bank < draw:
        yield assessment.error(("draw",), f"{draw} questions are drawn from a bank of {bank}", "add some")
    wanted = module.data.get("rule", {}).get("pass_percent")
    if wanted is not None and wanted != assessment.data["pass_percent"]:
        message = f"pass_percent differs from the {wanted} of the module's rule"
        yield assessment.error(("pass_percent",), message, "write the same number in both")


def _stray_files(module: ModuleSource) -> Iterator[ContentError]:
    read = {lesson.front.path for lesson in module.lessons}
    for file in sorted(set(module.folder.glob("*.md")) - read):
        hint = "name it like 07-a-title.it.md, or remove it"
        if LESSON_NAME.fullmatch(file.name):
            hint = "add its name to lessons in module.yaml, or remove it"
        yield ContentError(file, 1, "this file is not read as a lesson", hint)


def _date_problems(source: ProgrammeSource, today: date) -> Iterator[ContentError]:
    for lesson in source.lessons:
        verified = lesson.front.data["verified_on"]
        if date.fromisoformat(verified) > today:
            message = f"verified_on {verified} is in the future"
            yield lesson.front.error(("verified_on",), message, "write the day the sources were really read")
