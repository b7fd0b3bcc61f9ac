"""Query string of the records page to one filter object: each value is used or named, none ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from lms_plugin.secretariat.filter_values import (
    FiltersWrong,
    Reader,
    Unusable,
    Wrong,
    activity_code,
    day,
    days_in_order,
    identifier,
    midnight,
    one_of,
    read_values,
    short_text,
    uuid,
)

KINDS = ("module", "webinar", "final_assessment", "lesson", "assessment", "programme", "simulation")
DEFAULT_KINDS = ("module", "webinar", "final_assessment")
OUTCOMES = ("completed", "passed", "failed", "attended")
LAST_PAGE = 100_000


class Order(StrEnum):
    """How the rows are sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records, in which order, which page of the table. Days are days in Italy."""

    programme: str | None = None
    activity: str | None = None  # programme and activity, as in "co-alizione/m1"
    kinds: tuple[str, ...] = DEFAULT_KINDS
    outcome: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    deployment_id: UUID | None = None
    page: int = 1
    order: Order = Order.NEWEST

    @property
    def completed_from(self) -> datetime | None:
        """The first instant of the first day, UTC."""
        return midnight(self.first_day) if self.first_day else None

    @property
    def completed_before(self) -> datetime | None:
        """The first instant after the last day, UTC."""
        return midnight(self.last_day + timedelta(days=1)) if self.last_day else None

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out anything that the page shows at first."""
        return replace(self, page=1, order=Order.NEWEST) != RecordFilter()

    def query(self, **changes: Any) -> dict[str, Any]:
        """The query string that gives this filter back, with some fields changed; page 1 unless said."""
        changed = replace(self, **{"page": 1, **changes})
        names = {field.name: field.default for field in fields(self)}
        values = {parameter: getattr(changed, field) for parameter, field in PARAMETERS.items()}
        return {
            parameter: list(value) if isinstance(value, tuple) else str(value)
            for parameter, value in values.items()
            if value != names[PARAMETERS[parameter]]
        }


# Parameter in the address -> field of the filter.
PARAMETERS: Mapping[str, str] = {
    "programme": "programme",
    "activity": "activity",
    "kind": "kinds",
    "outcome": "outcome",
    "from": "first_day",
    "to": "last_day",
    "q": "text",
    "deployment": "deployment_id",
    "page": "page",
    "order": "order",
}


def read_filter(query: MultiDict[str, str]) -> RecordFilter:
    """The filter of a query string; blank values are not given. Raises FiltersWrong naming the bad ones."""
    values, wrongs = read_values(query, READERS, {"kind": _kinds})
    found = RecordFilter(**{PARAMETERS[name]: value for name, value in values.items()})
    wrongs += days_in_order(found.first_day, found.last_day)
    if found.programme and found.activity and not found.activity.startswith(f"{found.programme}/"):
        wrongs.append(Wrong("activity", _("Non fa parte del programma scelto.")))
    if wrongs:
        raise FiltersWrong(tuple(wrongs), PARAMETERS)
    return found


def _kinds(given: list[str]) -> tuple[str, ...]:
    for value in given:
        one_of(KINDS)(value)
    chosen = tuple(kind for kind in KINDS if kind in given)
    return DEFAULT_KINDS if set(chosen) == set(DEFAULT_KINDS) else chosen


def _page(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= LAST_PAGE:
        raise Unusable(_("Scrivi il numero della pagina, da 1 in su."))
    return int(value)


READERS: Mapping[str, Reader] = {
    "programme": identifier,
    "activity": activity_code,
    "outcome": one_of(OUTCOMES),
    "from": day,
    "to": day,
    "q": short_text,
    "deployment": lambda value: uuid(value, _("Scegli la piattaforma dall'elenco.")),
    "page": _page,
    "order": lambda value: Order(one_of(tuple(Order))(value)),
}
