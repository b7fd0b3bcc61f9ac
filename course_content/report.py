"""The report on a programme's content: what each lesson holds, how it reads, on which facts it stands."""

from collections.abc import Iterator

from course_content.building import CALL
from course_content.programme import Lesson, Programme
from course_content.readability import Readability, readability

CERTAINTIES = {"verified": "verified", "known": "known", "uncertain": "**uncertain**"}


def report(programme: Programme) -> str:
    """The report as Markdown."""
    return "\n".join([f"# Content report: {programme.title['it']}", "", *_lines(programme)]) + "\n"


def _lines(programme: Programme) -> Iterator[str]:
    read = [
        (lesson, readability(lesson.body, programme.lexicon))
        for module in programme.modules
        for lesson in module.lessons
    ]
    yield from _totals(programme, read)
    yield from _lessons(read)
    yield from _facts(programme)


def _totals(programme: Programme, read: list[tuple[Lesson, Readability]]) -> Iterator[str]:
    questions = sum(len(one.assessment.questions) for one in programme.modules if one.assessment)
    checks = sum(len(lesson.self_checks) for lesson, _figures in read)
    indexes = [figures.gulpease for _lesson, figures in read]
    yield f"- lessons {len(read)}, words {sum(figures.words for _lesson, figures in read):,}"
    yield f"- assessment questions {questions}, self-checks {checks}"
    yield f"- glossary terms {len(programme.lexicon.terms)}, facts {len(programme.lexicon.facts)}"
    polls = sum(len(webinar.polls) for webinar in programme.webinars)
    yield f"- webinars {len(programme.webinars)}, poll questions {polls}"
    if indexes:
        yield f"- Gulpease: lowest {min(indexes):.0f}, mean {sum(indexes) / len(indexes):.1f}"
    yield ""


def _lessons(read: list[tuple[Lesson, Readability]]) -> Iterator[str]:
    yield "| lesson | words | minutes | Gulpease | sentences over 30 words | facts |"
    yield "|---|---|---|---|---|---|"
    for lesson, figures in read:
        facts = ", ".join(dict.fromkeys(CALL.findall(lesson.body))) or "none"
        counted = (
            f"{figures.words} | {lesson.minutes} | {figures.gulpease:.0f} | {len(figures.long_sentences)}"
        )
        yield f"| {lesson.id} {lesson.title['it']} | {counted} | {facts} |"
    yield ""
    for lesson, figures in read:
        yield from (f"- {lesson.id}, long: «{sentence}»" for sentence in figures.long_sentences)


def _facts(programme: Programme) -> Iterator[str]:
    yield "## Facts"
    yield ""
    yield "| fact | certainty | verified on | review by | source |"
    yield "|---|---|---|---|---|"
    for fact in programme.lexicon.facts.values():
        days = f"{fact.verified_on or ''} | {fact.review_by or ''}"
        yield f"| {fact.id} | {CERTAINTIES[fact.certainty]} | {days} | {fact.source} |"
