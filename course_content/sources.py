"""Reads the files of one programme folder into documents that fit their schemas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_content.documents import Document, parse, read_text
from course_content.problems import ContentError, ContentErrors
from course_content.schemas import schema_problems

LESSON_NAME = re.compile(r"[0-9]{2}-[a-z0-9-]+\.it\.md")
SIMULATIONS = "simulations"
"""The folder of a module that holds its simulations."""
WORKSHEETS = "worksheets"
"""The folder of a module that holds the worksheets of its lessons."""
_FENCE = "---"


@dataclass(frozen=True)
class LessonSource:
    """A lesson file: its front matter, its Markdown with the line where it begins; and its worksheet."""

    front: Document
    body: str
    body_line: int
    worksheet: Document | None = None


@dataclass(frozen=True)
class ModuleSource:
    """The files of one module."""

    folder: Path
    module: Document
    lessons: tuple[LessonSource, ...]
    assessment: Document | None
    simulations: tuple[Document, ...] = ()


@dataclass(frozen=True)
class ProgrammeSource:
    """The files of one programme, each accepted by its schema."""

    folder: Path
    programme: Document
    modules: tuple[ModuleSource, ...]
    webinars: Document | None
    sessions: Document | None
    facts: Document | None = None
    glossary: Document | None = None

    @property
    def lessons(self) -> Iterator[LessonSource]:
        """Every lesson of every module, in order."""
        return (lesson for module in self.modules for lesson in module.lessons)


def read_sources(folder: Path) -> ProgrammeSource:
    """All files of the programme in `folder`. Raises ContentErrors with every problem of syntax and shape."""
    return _Reader().programme(folder)


class _Reader:
    """Goes on after a bad file, so that an author sees all problems at once."""

    def __init__(self) -> None:
        self.errors: list[ContentError] = []

    def programme(self, folder: Path) -> ProgrammeSource:
        programme = self._yaml(folder / "programme.yaml", "programme")
        modules = [self._module(folder / name) for name in programme.data["modules"]] if programme else []
        webinars = self._optional(folder / "webinars.yaml", "webinars")
        sessions = self._optional(folder / "sessions.yaml", "sessions")
        facts = self._optional(folder / "facts.yaml", "facts")
        glossary = self._optional(folder / "glossary.yaml", "glossary")
        if self.errors or programme is None:
            raise ContentErrors(self.errors)
        found = tuple(module for module in modules if module)
        return ProgrammeSource(folder, programme, found, webinars, sessions, facts, glossary)

    def _module(self, folder: Path) -> ModuleSource | None:
        module = self._yaml(folder / "module.yaml", "module")
        if module is None:
            return None
        read = self._yaml if "assessment" in module.data else self._optional
        assessment = read(folder / "assessment.yaml", "assessment")
        names = module.data.get("lessons") or _lesson_names(folder)
        lessons = [self._lesson(folder / name) for name in names]
        listed = (folder / SIMULATIONS / name for name in module.data.get("simulations", ()))
        simulations = [self._yaml(path, "simulation") for path in listed]
        return ModuleSource(
            folder, module, tuple(filter(None, lessons)), assessment, tuple(filter(None, simulations))
        )

    def _lesson(self, path: Path) -> LessonSource | None:
        try:
            front, body, body_line = _split(path, read_text(path))
        except ContentErrors as refused:
            self.errors.extend(refused.errors)
            return None
        if not self._fits(front, "lesson"):
            return None
        return LessonSource(front, body, body_line, self._worksheet(front))

    def _worksheet(self, front: Document) -> Document | None:
        if "worksheet" not in front.data:
            return None
        return self._yaml(front.path.parent / WORKSHEETS / front.data["worksheet"], "worksheet")

    def _optional(self, path: Path, schema: str) -> Document | None:
        return self._yaml(path, schema) if path.exists() else None

    def _yaml(self, path: Path, schema: str) -> Document | None:
        try:
            document = parse(path, read_text(path))
        except ContentErrors as refused:
            self.errors.extend(refused.errors)
            return None
        return document if self._fits(document, schema) else None

    def _fits(self, document: Document, schema: str) -> bool:
        problems = schema_problems(document, schema)
        self.errors.extend(problems)
        return not problems


def _lesson_names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.it.md") if LESSON_NAME.fullmatch(file.name))


def _split(path: Path, text: str) -> tuple[Document, str, int]:
    """Front matter, Markdown body, and the line of the file where the body begins."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE or _FENCE not in (line.rstrip() for line in lines[1:]):
        message = "the lesson does not begin with front matter between two lines of ---"
        raise ContentErrors([ContentError(path, 1, message, "see docs/content-format.md")])
    end = next(index for index, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE)
    front = parse(path, "\n".join(lines[1:end]), first_line=2)
    return front, "\n".join(lines[end + 1 :]).strip("\n") + "\n", _body_line(lines, end)


def _body_line(lines: list[str], end: int) -> int:
    """The 1-based line of the first non-empty line after the front matter."""
    return next((number for number, line in enumerate(lines, 1) if number > end + 1 and line), end + 2)
