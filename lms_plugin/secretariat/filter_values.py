"""Values of filters in an address, one by one: each is read or refused with what to write instead."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from lms_plugin.errors import Refusal
from lms_plugin.web.clock import ROME

LONGEST_TEXT = 100
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
YEARS = range(2000, 2100)
# Parameters of the same address that are no filters: language of the page, variant of the file.
NOT_FILTERS = frozenset({"lang", "excel"})
Reader = Callable[[str], Any]
ReaderOfAll = Callable[[list[str]], Any]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One parameter that cannot be used, and what to write instead."""

    name: str
    advice: Any  # a lazy Italian sentence


class FiltersWrong(Refusal):
    """The address holds filters that cannot be used; `known` are the parameters that exist."""

    code = "filters_wrong"

    def __init__(self, wrongs: tuple[Wrong, ...], known: Collection[str] = ()) -> None:
        super().__init__(", ".join(sorted(set(known) & {wrong.name for wrong in wrongs})))
        self.wrongs = wrongs


class Unusable(ValueError):
    """What a reader raises; its argument is the advice."""


def read_values(
    query: MultiDict[str, str], readers: Mapping[str, Reader], several: Mapping[str, ReaderOfAll]
) -> tuple[dict[str, Any], list[Wrong]]:
    """Values by parameter, and what is wrong; blank ones are not given. `several` take all of theirs."""
    values: dict[str, Any] = {}
    wrongs: list[Wrong] = []
    for name in query:
        given = [value for value in map(str.strip, query.getlist(name)) if value]
        known = name in readers or name in several
        if name in NOT_FILTERS or (known and not given):
            continue
        try:
            values[name] = several[name](given) if name in several else _single(name, given, readers)
        except Unusable as unusable:
            wrongs.append(Wrong(name[:LONGEST_TEXT], unusable.args[0]))
    return values, wrongs


def _single(name: str, given: list[str], readers: Mapping[str, Reader]) -> Any:
    if name not in readers:
        raise Unusable(_("Questo filtro non esiste: toglilo dall'indirizzo."))
    if len(given) > 1:
        raise Unusable(_("È scritto più di una volta: lascia un solo valore."))
    return readers[name](given[0])


def days_in_order(first: date | None, last: date | None) -> list[Wrong]:
    """What is wrong when the last day comes before the first."""
    if first and last and first > last:
        return [Wrong("to", _("È prima del giorno iniziale: scambia le due date."))]
    return []


def midnight(day: date) -> datetime:
    """The first instant of a day in Italy, UTC."""
    return datetime.combine(day, time.min, ROME).astimezone(UTC)


def one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    """Reads one of these words."""

    def read(value: str) -> str:
        if value not in allowed:
            raise Unusable(_("Scegli uno di questi valori: %(values)s.", values=", ".join(allowed)))
        return value

    return read


def identifier(value: str) -> str:
    """The code of a programme."""
    if not IDENTIFIER.fullmatch(value):
        raise Unusable(_("Non è il codice di un programma, come «co-alizione»."))
    return value


def activity_code(value: str) -> str:
    """Programme and activity, as in "co-alizione/m1"."""
    programme, _slash, activity = value.partition("/")
    if not (IDENTIFIER.fullmatch(programme) and IDENTIFIER.fullmatch(activity)):
        raise Unusable(_("Scrivi programma e attività, come «co-alizione/m1»."))
    return value


def day(value: str) -> date:
    """A day, as in 2026-11-23."""
    advice = _("Scrivi un giorno come anno-mese-giorno, per esempio 2026-11-23.")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Unusable(advice)
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise Unusable(advice) from error
    if found.year not in YEARS:
        raise Unusable(_("L'anno deve essere fra 2000 e 2099."))
    return found


def short_text(value: str) -> str:
    """Up to a hundred characters on one line."""
    if len(value) > LONGEST_TEXT or not value.isprintable():
        raise Unusable(_("Scrivi al massimo 100 caratteri, su una riga."))
    return value


def uuid(value: str, advice: Any) -> UUID:
    """An id; refused with the given advice."""
    try:
        return UUID(value)
    except ValueError as error:
        raise Unusable(advice) from error
