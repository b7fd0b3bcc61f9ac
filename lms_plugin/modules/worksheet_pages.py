"""The worksheet of a lesson: a form to fill in for oneself, the page it makes, and the files to take away.

Nothing of it is kept: no row, no evidence, no statement, no log. The texts travel in the form, from page to
page; so every answer is made of the request alone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from course_content.programme import Lesson, Programme, TrainingModule
from course_content.worksheet import Dated, Worksheet
from lms_plugin.modules.attending import READERS
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.finding import find_worksheet
from lms_plugin.modules.lesson_pages import LESSON
from lms_plugin.modules.worksheet_answers import (
    DAY,
    NOTHING_WRITTEN,
    FilledWorksheet,
    faults,
    field_name,
    last_day,
    read_worksheet,
)
from lms_plugin.modules.worksheet_files import as_calendar, as_text
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import ROME, now
from lms_plugin.web.texts import day as in_words
from lms_plugin.web.texts import in_language

WORKSHEET = f"{LESSON}/worksheet"
Place = tuple[Programme, TrainingModule, Lesson, Worksheet]


@blueprint.get(WORKSHEET)
@visitors(*READERS)
def worksheet(programme_id: str, module_id: str, lesson_id: str) -> str:
    """The empty form, with an example filled in."""
    return _form(find_worksheet(programme_id, module_id, lesson_id), NOTHING_WRITTEN, {})


@blueprint.post(WORKSHEET)
@visitors(*READERS)
def fill_in_worksheet(programme_id: str, module_id: str, lesson_id: str) -> ResponseReturnValue:
    """What was written: as a page to print, as a file, or in the form again to change it."""
    place = find_worksheet(programme_id, module_id, lesson_id)
    dated = place[3].dated
    filled, wanted = read_worksheet(place[3], request.form), request.form.get("as")
    if wanted == "form":
        return _form(place, filled, {})
    found = faults(place[3], filled, _today())
    if found:
        return _form(place, filled, found), 422
    if wanted == "text":
        return _text(place, filled)
    appointment = filled.appointment(dated)
    if wanted == "calendar" and dated and appointment:
        return _calendar(place[3], filled.texts[dated.field], dated, appointment)
    return _page(place, filled)


def _today() -> date:
    return now().astimezone(ROME).date()


def _form(place: Place, filled: FilledWorksheet, found: Mapping[str, str]) -> str:
    dated = place[3].dated
    return _render(
        "worksheet",
        place,
        filled,
        faults=found,
        errors=[(said, f"campo-{name}") for name, said in found.items()],
        today=_today(),
        last=last_day(dated, _today()) if dated else None,
    )


def _page(place: Place, filled: FilledWorksheet) -> str:
    sheet = place[3]
    missing = [field.label for field in sheet.fields if not filled.texts[field.id]]
    appointment = filled.appointment(sheet.dated)
    return _render(
        "worksheet_filled", place, filled, missing=missing, appointment=appointment, written_on=_today()
    )


def _render(template: str, place: Place, filled: FilledWorksheet, **shown: Any) -> str:
    found, module, lesson, sheet = place
    return render_template(
        f"modules/{template}.html",
        programme=found,
        module=module,
        lesson=lesson,
        sheet=sheet,
        filled=filled,
        field_name=field_name,
        day_name=DAY,
        **shown,
    )


def _text(place: Place, filled: FilledWorksheet) -> Response:
    title = f"{in_language(place[2].title)}\n{_('Scritto il %(day)s', day=in_words(_today()))}"
    appointment = filled.appointment(place[3].dated)
    parts = [(field.label, filled.texts[field.id] or _("(da scrivere)")) for field in place[3].fields]
    if place[3].dated and appointment:
        parts.append((place[3].dated.label, in_words(appointment)))
    return _file(as_text(title, parts), "text/plain", f"{place[3].name}.txt")


def _calendar(sheet: Worksheet, text: str, dated: Dated, appointment: date) -> Response:
    label = next(field.label for field in sheet.fields if field.id == dated.field)
    return _file(as_calendar(label, text, appointment, now()), "text/calendar", f"{sheet.name}.ics")


def _file(content: bytes, kind: str, name: str) -> Response:
    """A file to save; its name comes from the programme's files, never from what was written."""
    answer = Response(content, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
