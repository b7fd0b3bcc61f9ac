"""What somebody wrote on a worksheet: cleaned, and judged. Nothing here or above keeps it."""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from course_content.worksheet import Dated, Worksheet, WorksheetField
from lms_plugin.web.texts import day as in_words

DAY = "day"
"""The form field of the day; `field_name` gives those of the texts."""
MOST_LINES = 6  # of one text on paper: with more, six of them would not stay on one page
LINE = 80  # characters of a printed line
_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_ITALIAN_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


@dataclass(frozen=True, slots=True)
class FilledWorksheet:
    """The texts by the ids of their fields, and the day as it was written."""

    texts: Mapping[str, str]
    day: str = ""

    def appointment(self, dated: Dated | None) -> date | None:
        """The day of the dated field, when both were written; the day must have passed `faults`."""
        return read_day(self.day) if dated and self.texts.get(dated.field) else None


NOTHING_WRITTEN = FilledWorksheet({})


def field_name(field: WorksheetField) -> str:
    """The name of its field in the form."""
    return f"text-{field.id}"


def read_worksheet(sheet: Worksheet, form: Mapping[str, str]) -> FilledWorksheet:
    """What the form holds, without control characters and with one kind of line end."""
    texts = {field.id: cleaned(form.get(field_name(field), "")) for field in sheet.fields}
    return FilledWorksheet(texts, cleaned(form.get(DAY, "")))


def cleaned(text: str) -> str:
    """The text as it can be shown, saved and put into a calendar: a NUL or a carriage return has no place."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"})
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return re.sub("\n{3,}", "\n\n", lines).strip()


def read_day(text: str) -> date | None:
    """A day written as 2027-01-18 (as browsers send it) or 18/01/2027; None for anything else."""
    italian = _ITALIAN_DAY.fullmatch(text)
    if italian:
        text = f"{italian[3]}-{italian[2]:0>2}-{italian[1]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def last_day(dated: Dated, today: date) -> date:
    """The last day that the dated field may name."""
    return today + timedelta(days=dated.days)


def faults(sheet: Worksheet, filled: FilledWorksheet, today: date) -> dict[str, str]:
    """A sentence for each form field that must be corrected, in the order of the form."""
    if not any((*filled.texts.values(), filled.day)):
        return {field_name(sheet.fields[0]): _("Scrivi almeno una voce, poi continua.")}
    return dict(_faults(sheet, filled, today))


def _faults(sheet: Worksheet, filled: FilledWorksheet, today: date) -> Iterator[tuple[str, str]]:
    for field in sheet.fields:
        said = _too_much(field, filled.texts[field.id])
        if said:
            yield field_name(field), said
        if sheet.dated and sheet.dated.field == field.id and filled.day:
            said = _wrong_day(sheet.dated, filled.day, today)
            if said:
                yield DAY, said


def _too_much(field: WorksheetField, text: str) -> str:
    length = len(text)
    lines = sum(max(1, math.ceil(len(line) / LINE)) for line in text.split("\n"))
    if length > field.longest:
        said = _(
            "hai scritto %(length)s caratteri, il massimo è %(longest)s. Accorcia il testo.",
            length=length,
            longest=field.longest,
        )
    elif lines > MOST_LINES:
        said = _(
            "sulla pagina occupa %(lines)s righe, il massimo è %(most)s. Togli qualche a capo.",
            lines=lines,
            most=MOST_LINES,
        )
    else:
        return ""
    return f"{field.label}: {said}"


def _wrong_day(dated: Dated, text: str, today: date) -> str:
    chosen, last = read_day(text), last_day(dated, today)
    if chosen is None:
        said = _("questa data non esiste. Scrivila come 18/01/2027.")
    elif not today <= chosen <= last:
        said = _(
            "scegli una data fra oggi e il %(last)s. Deve arrivare entro %(days)s giorni.",
            last=in_words(last),
            days=dated.days,
        )
    else:
        return ""
    return f"{dated.label}: {said}"
