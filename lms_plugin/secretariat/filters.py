"""Query string of the records page to one filter object: each value is used or named, none ignored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from lms_plugin.errors import Refusal
from lms_plugin.web.clock import ROME

KINDS = ("module", "webinar", "lesson", "assessment")
DEFAULT_KINDS = ("module", "webinar")
OUTCOMES = ("completed", "passed", "failed", "attended")
LONGEST_TEXT = 100
LAST_PAGE = 100_000
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
YEARS = range(2000, 2100)
# Parameters of the same address that are no filters: language of the page, variant of the file.
NOT_FILTERS = frozenset({"lang", "excel"})


class Order(StrEnum):
    """How the rows are sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One parameter that cannot be used, and what to write instead."""

    name: str
    advice: Any  # a lazy Italian sentence


class FiltersWrong(Refusal):
    """The address holds filters that cannot be used."""

    code = "filters_wrong"

    def __init__(self, wrongs: tuple[Wrong, ...]) -> None:
        super().__init__(", ".join(sorted(PARAMETERS.keys() & {wrong.name for wrong in wrongs})))
        self.wrongs = wrongs


class _Unusable(ValueError):
    """What a reader raises; its argument is the advice."""


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
        return _midnight(self.first_day) if self.first_day else None

    @property
    def completed_before(self) -> datetime | None:
        """The first instant after the last day, UTC."""
        return _midnight(self.last_day + timedelta(days=1)) if self.last_day else None

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


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ROME).astimezone(UTC)


def read_filter(query: MultiDict[str, str]) -> RecordFilter:
    """The filter of a query string; blank values are not given. Raises FiltersWrong naming the bad ones."""
    values: dict[str, Any] = {}
    wrongs: list[Wrong] = []
    for name in query:
        given = [value for value in map(str.strip, query.getlist(name)) if value]
        if name in NOT_FILTERS or (name in PARAMETERS and not given):
            continue
        try:
            field = _field(name)
            values[field] = _read(name, given)
        except _Unusable as unusable:
            wrongs.append(Wrong(name[:LONGEST_TEXT], unusable.args[0]))
    found = RecordFilter(**values)
    wrongs += _contradictions(found)
    if wrongs:
        raise FiltersWrong(tuple(wrongs))
    return found


def _field(name: str) -> str:
    if name not in PARAMETERS:
        raise _Unusable(_("Questo filtro non esiste: toglilo dall'indirizzo."))
    return PARAMETERS[name]


def _read(name: str, given: list[str]) -> Any:
    if name == "kind":
        return _kinds(given)
    if len(given) > 1:
        raise _Unusable(_("È scritto più di una volta: lascia un solo valore."))
    return READERS[name](given[0])


def _contradictions(found: RecordFilter) -> list[Wrong]:
    wrongs = []
    if found.first_day and found.last_day and found.first_day > found.last_day:
        wrongs.append(Wrong("to", _("È prima del giorno iniziale: scambia le due date.")))
    if found.programme and found.activity and not found.activity.startswith(f"{found.programme}/"):
        wrongs.append(Wrong("activity", _("Non fa parte del programma scelto.")))
    return wrongs


def _kinds(given: list[str]) -> tuple[str, ...]:
    for value in given:
        _one_of(KINDS)(value)
    chosen = tuple(kind for kind in KINDS if kind in given)
    return DEFAULT_KINDS if set(chosen) == set(DEFAULT_KINDS) else chosen


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in allowed:
            raise _Unusable(_("Scegli uno di questi valori: %(values)s.", values=", ".join(allowed)))
        return value

    return read


def _identifier(value: str) -> str:
    if not IDENTIFIER.fullmatch(value):
        raise _Unusable(_("Non è il codice di un programma, come «co-alizione»."))
    return value


def _activity(value: str) -> str:
    programme, _slash, activity = value.partition("/")
    if not (IDENTIFIER.fullmatch(programme) and IDENTIFIER.fullmatch(activity)):
        raise _Unusable(_("Scrivi programma e attività, come «co-alizione/m1»."))
    return value


def _day(value: str) -> date:
    advice = _("Scrivi un giorno come anno-mese-giorno, per esempio 2026-11-23.")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise _Unusable(advice)
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise _Unusable(advice) from error
    if day.year not in YEARS:
        raise _Unusable(_("L'anno deve essere fra 2000 e 2099."))
    return day


def _text(value: str) -> str:
    if len(value) > LONGEST_TEXT or not value.isprintable():
        raise _Unusable(_("Scrivi al massimo 100 caratteri, su una riga."))
    return value


def _deployment(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise _Unusable(_("Scegli la piattaforma dall'elenco.")) from error


def _page(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= LAST_PAGE:
        raise _Unusable(_("Scrivi il numero della pagina, da 1 in su."))
    return int(value)


READERS: Mapping[str, Callable[[str], Any]] = {
    "programme": _identifier,
    "activity": _activity,
    "outcome": _one_of(OUTCOMES),
    "from": _day,
    "to": _day,
    "q": _text,
    "deployment": _deployment,
    "page": _page,
    "order": lambda value: Order(_one_of(tuple(Order))(value)),
}
