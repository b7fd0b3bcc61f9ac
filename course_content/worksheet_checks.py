"""Checks what a schema cannot say of the worksheets of a module."""

from collections.abc import Iterator

from course_content.citation_checks import INVENTED
from course_content.documents import Document
from course_content.problems import ContentError
from course_content.sources import WORKSHEETS, ModuleSource


def worksheet_problems(module: ModuleSource) -> Iterator[ContentError]:
    """Repeated and unknown fields, an example that is not called invented, files that no lesson names."""
    for document in filter(None, (lesson.worksheet for lesson in module.lessons)):
        yield from _field_problems(document)
        if not INVENTED.search(document.data["example_note"]):
            message = "example_note does not say that the example is invented"
            yield document.error(("example_note",), message, "say so: a real plan would be somebody's")
    yield from _stray_files(module)


def _field_problems(document: Document) -> Iterator[ContentError]:
    names = [field["id"] for field in document.data["fields"]]
    for place, name in enumerate(names):
        if name in names[:place]:
            message = f"the field {name!r} is there twice"
            yield document.error(("fields", place, "id"), message, "give one of the two another id")
    dated = document.data.get("dated")
    if dated and dated["field"] not in names:
        message = f"there is no field {dated['field']!r}"
        yield document.error(("dated", "field"), message, f"use one of {', '.join(names)}")


def _stray_files(module: ModuleSource) -> Iterator[ContentError]:
    read = {lesson.worksheet.path for lesson in module.lessons if lesson.worksheet}
    for file in sorted(set((module.folder / WORKSHEETS).glob("*")) - read):
        hint = "name it as worksheet in the front matter of its lesson, or remove it"
        yield ContentError(file, 1, "this file is not read as a worksheet", hint)
