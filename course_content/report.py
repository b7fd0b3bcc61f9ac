"""The report on a programme's content: what each lesson holds, how it reads, on which facts it stands."""

from collections.abc import Iterator, Mapping, Sequence

from course_content.building import CALL
from course_content.programme import Lesson, Programme
from course_content.readability import Readability, readability
from course_content.style_checks import LOWEST_GULPEASE, LOWEST_MEAN

CERTAINTIES = {"verified": "verified", "known": "known", "uncertain": "**uncertain**"}
_MARKS = {"verified": "", "known": "°", "uncertain": " **?**"}
_CASE = "Caso "

Read = Sequence[tuple[Lesson, Readability]]
"""Each lesson with its figures."""


def report(programme: Programme) -> str:
    """The report as Markdown."""
    return "\n".join([f"# Content report: {programme.title['it']}", "", *_lines(programme)]) + "\n"


def _lines(programme: Programme) -> Iterator[str]:
    read = [
        (lesson, readability(lesson.body, programme.lexicon))
        for module in programme.modules
        for lesson in module.lessons
    ]
    yield from _bars(programme, read)
    yield from _roles(programme, read)
    yield from _lessons(programme, read)
    yield from _facts(programme)


def counted(programme: Programme, read: Read) -> Mapping[str, int]:
    """How many there are of what `at_least` may ask for. A case is a lesson called «Caso …»."""
    modules = programme.modules
    return {
        "lessons": len(read),
        "words": sum(figures.words for _lesson, figures in read),
        "questions": sum(len(one.assessment.questions) for one in modules if one.assessment),
        "self_checks": sum(len(lesson.self_checks) for lesson, _figures in read),
        "terms": len(programme.lexicon.terms),
        "facts": len(programme.lexicon.facts),
        "cases": sum(lesson.title["it"].startswith(_CASE) for lesson, _figures in read),
        "simulations": sum(len(one.simulations) for one in modules),
        "webinars": len(programme.webinars),
        "polls": sum(len(webinar.polls) for webinar in programme.webinars),
        "days": len(programme.sessions),
    }


def _bars(programme: Programme, read: Read) -> Iterator[str]:
    yield "| what | found | asked for | holds |"
    yield "|---|---|---|---|"
    for name, found in counted(programme, read).items():
        wanted = programme.at_least.get(name)
        asked = "" if wanted is None else f"at least {wanted:,}"
        yield _row(name.replace("_", "-"), f"{found:,}", asked, holds=found >= (wanted or 0))
    indexes = [figures.gulpease for _lesson, figures in read] or [100.0]
    mean = sum(indexes) / len(indexes)
    long = sum(len(figures.long_sentences) for _lesson, figures in read)
    unsourced = sum(not fact.source.strip() for fact in programme.lexicon.facts.values())
    lowest = min(indexes)
    yield _row(
        "lowest Gulpease", f"{lowest:.0f}", f"at least {LOWEST_GULPEASE}", holds=lowest >= LOWEST_GULPEASE
    )
    yield _row("mean Gulpease", f"{mean:.1f}", f"at least {LOWEST_MEAN}", holds=mean >= LOWEST_MEAN)
    yield _row("sentences over 30 words", str(long), "none", holds=not long)
    yield _row("facts without a source", str(unsourced), "none", holds=not unsourced)
    yield ""


def _row(what: str, found: str, asked: str, *, holds: bool) -> str:
    said = ("yes" if holds else "**no**") if asked else ""
    return f"| {what} | {found} | {asked} | {said} |"


def _roles(programme: Programme, read: Read) -> Iterator[str]:
    """How many lessons each role has: its own, and those for everyone."""
    yield "| role | lessons | of them for everyone | minutes |"
    yield "|---|---|---|---|"
    for role in programme.roles:
        own = [lesson for lesson, _figures in read if not lesson.roles or role.id in lesson.roles]
        everyone, minutes = sum(not lesson.roles for lesson in own), sum(lesson.minutes for lesson in own)
        yield f"| {role.id} {role.name['it']} | {len(own)} | {everyone} | {minutes} |"
    yield ""


def _lessons(programme: Programme, read: Read) -> Iterator[str]:
    yield "Facts marked ° are known and were not read again; **?** are uncertain, and readers are told so."
    yield ""
    yield "| lesson | roles | words | minutes | Gulpease | sentences over 30 words | facts |"
    yield "|---|---|---|---|---|---|---|"
    for lesson, figures in read:
        roles = " ".join(lesson.roles) or "all"
        numbers = (
            f"{figures.words} | {lesson.minutes} | {figures.gulpease:.0f} | {len(figures.long_sentences)}"
        )
        yield f"| {lesson.id} {lesson.title['it']} | {roles} | {numbers} | {_called(programme, lesson)} |"
    yield ""
    for lesson, figures in read:
        yield from (f"- {lesson.id}, long: «{sentence}»" for sentence in figures.long_sentences)


def _called(programme: Programme, lesson: Lesson) -> str:
    facts = (programme.lexicon.facts[name] for name in dict.fromkeys(CALL.findall(lesson.body)))
    return ", ".join(f"{fact.id}{_MARKS[fact.certainty]}" for fact in facts) or "none"


def _facts(programme: Programme) -> Iterator[str]:
    yield "## Facts"
    yield ""
    yield "| fact | certainty | verified on | review by | source |"
    yield "|---|---|---|---|---|"
    for fact in programme.lexicon.facts.values():
        days = f"{fact.verified_on or ''} | {fact.review_by or ''}"
        yield f"| {fact.id} | {CERTAINTIES[fact.certainty]} | {days} | {fact.source} |"
