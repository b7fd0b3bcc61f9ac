"""Checks the Markdown of a lesson: no raw HTML, described images, working links, orderly headings."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_content.problems import ContentError
from course_content.sources import LessonSource, ModuleSource, ProgrammeSource

Flaw = tuple[int, str, str]
"""The line inside the body (from 0), the message, the hint."""

_OUTSIDE = frozenset({"https", "mailto", "tel"})
_parser = MarkdownIt("commonmark", {"html": True}).enable("table")


def markdown_problems(
    source: ProgrammeSource, module: ModuleSource, lesson: LessonSource
) -> Iterator[ContentError]:
    """Problems of one lesson's body, with the line of the block they are in."""
    if not lesson.body.strip():
        yield ContentError(
            lesson.front.path, lesson.body_line, "the lesson has no text", "write it below ---"
        )
    for line, message, hint in text_flaws(source, module, lesson.body):
        yield ContentError(lesson.front.path, lesson.body_line + line, message, hint)


def text_flaws(source: ProgrammeSource, module: ModuleSource, text: str) -> Iterator[Flaw]:
    """What is wrong with a Markdown text of the module."""
    return _flaws(_parser.parse(text), module, _activities(source))


def _activities(source: ProgrammeSource) -> Mapping[str, frozenset[str]]:
    """What a link such as lesson:m1-l2 may name."""
    webinars = source.webinars.data["webinars"] if source.webinars else ()
    sessions = source.sessions.data["plan"]["count"] if source.sessions else 0
    return {
        "module": frozenset(module.module.data["id"] for module in source.modules),
        "lesson": frozenset(lesson.front.data["id"] for lesson in source.lessons),
        "simulation": frozenset(
            simulation.data["id"] for module in source.modules for simulation in module.simulations
        ),
        "webinar": frozenset(webinar["id"] for webinar in webinars),
        "session": frozenset(f"S{number:02}" for number in range(1, sessions + 1)),
        "fact": frozenset(fact["id"] for fact in source.facts.data["facts"]) if source.facts else frozenset(),
    }


def _flaws(
    tokens: list[Token], module: ModuleSource, activities: Mapping[str, frozenset[str]]
) -> Iterator[Flaw]:
    level, line = 1, 0
    for token in tokens:
        line = token.map[0] if token.map else line
        if token.type == "html_block":
            yield _raw_html(line)
        if token.type == "heading_open":
            deeper = int(token.tag[1])
            if deeper == 1 or deeper > level + 1:
                hint = "begin with ## and go down one level at a time"
                yield line, f"a heading of level {deeper} follows one of level {level}", hint
            level = deeper
        for child in token.children or ():
            yield from _inline_flaws(child, line, module, activities)


def _inline_flaws(
    token: Token, line: int, module: ModuleSource, activities: Mapping[str, frozenset[str]]
) -> Iterator[Flaw]:
    if token.type == "html_inline":
        yield _raw_html(line)
    elif token.type == "image":
        if not token.content.strip():
            yield line, "an image has no alternative text", "write what it shows: ![description](file.svg)"
        yield from _image_flaws(str(token.attrGet("src")), line, module)
    elif token.type == "link_open":
        yield from _link_flaws(str(token.attrGet("href")), line, activities)


def _raw_html(line: int) -> Flaw:
    return line, "raw HTML is not allowed in a lesson", "use Markdown; write &lt; for a literal <"


def _image_flaws(address: str, line: int, module: ModuleSource) -> Iterator[Flaw]:
    file = (module.folder / address).resolve()
    if urlsplit(address).scheme or not file.is_relative_to((module.folder / "media").resolve()):
        yield line, f"the image {address} is not in the module's media folder", "copy it there"
    elif not file.is_file():
        yield line, f"the image {address} does not exist", "add the file, or correct the name"


def _link_flaws(address: str, line: int, activities: Mapping[str, frozenset[str]]) -> Iterator[Flaw]:
    scheme = urlsplit(address).scheme
    if scheme in activities:
        name = address.partition(":")[2]
        if name not in activities[scheme]:
            hint = "write it in facts.yaml, or correct the id" if scheme == "fact" else "correct the id"
            yield line, f"there is no {scheme} {name!r}", hint
    elif scheme not in _OUTSIDE:
        hint = (
            "link lesson:m1-l2, simulation:m6-s1, module:m3, webinar:w08, session:S48, fact:n1 or https://…"
        )
        yield line, f"the link {address} leads nowhere", hint
