"""Warns of drawings that say nothing to whoever cannot see them, and of media that no lesson shows."""

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_content.problems import ContentError
from course_content.sources import LessonSource, ModuleSource, ProgrammeSource

_NAMED = re.compile(r"<(title|desc)\b[^>]*>\s*\S.*?</\1>", re.DOTALL)
_ACTIVE = re.compile(
    r"<script\b|<foreignObject\b|\bon\w+\s*=|\bhref\s*=\s*[\"'](?!#|data:image/)", re.IGNORECASE
)
_FEWEST_WORDS = 2
_parser = MarkdownIt("commonmark", {"html": True}).enable("table")


def picture_warnings(source: ProgrammeSource) -> Iterator[ContentError]:
    """Descriptions that describe nothing, drawings without words or a table, files that nobody shows."""
    for module in source.modules:
        shown: set[Path] = set()
        for lesson in module.lessons:
            for line, message, hint in _lesson_flaws(module, lesson, shown):
                yield ContentError(lesson.front.path, lesson.body_line + line, message, hint)
        media = {file.resolve() for file in (module.folder / "media").rglob("*") if file.is_file()}
        for file in sorted(media - shown):
            yield ContentError(file, 1, "no lesson of the module shows this file", "show it, or remove it")


def _lesson_flaws(
    module: ModuleSource, lesson: LessonSource, shown: set[Path]
) -> Iterator[tuple[int, str, str]]:
    tokens = _parser.parse(lesson.body)
    has_table = any(token.type == "table_open" for token in tokens)
    for line, image in _images(tokens):
        file = (module.folder / str(image.attrGet("src"))).resolve()
        shown.add(file)
        yield from ((line, message, hint) for message, hint in _description_flaws(image.content, file))
        if file.suffix == ".svg" and file.is_file():
            flaws = _drawing_flaws(file.name, file.read_text("utf-8", "replace"), has_table=has_table)
            yield from ((line, message, hint) for message, hint in flaws)


def _images(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        yield from ((line, child) for child in token.children or () if child.type == "image")


def _description_flaws(description: str, file: Path) -> Iterator[tuple[str, str]]:
    words = re.findall(r"\w+", description.casefold())
    names_file = file.name.casefold() in description.casefold() or words == re.findall(
        r"\w+", file.stem.casefold()
    )
    if words and (len(words) < _FEWEST_WORDS or names_file):
        yield f"{description!r} does not describe the image", "say what somebody learns by looking at it"


def _drawing_flaws(name: str, drawing: str, *, has_table: bool) -> Iterator[tuple[str, str]]:
    if not (_NAMED.search(drawing) or has_table):
        hint = "add <title> or <desc> to the drawing, or a table with the same content to the lesson"
        yield f"the drawing {name} says nothing in words", hint
    if re.search(r"<text\b", drawing) and not has_table:
        hint = "write the same in a table, which can be read aloud and enlarged"
        yield f"the drawing {name} has texts, and the lesson no table of them", hint
    if _ACTIVE.search(drawing):
        yield f"the drawing {name} has a script or loads something", "draw it with plain shapes and texts"
