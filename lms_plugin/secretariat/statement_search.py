"""Query string of the statements page to one search: who, what, when, from where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from course_content.profile import VERBS
from lms_plugin.records.statement_filter import Cursor
from lms_plugin.secretariat.filter_values import (
    IDENTIFIER,
    FiltersWrong,
    Reader,
    Unusable,
    day,
    days_in_order,
    midnight,
    one_of,
    read_values,
    short_text,
    uuid,
)

ORIGINS = ("own", "client")
ORDERS = ("newest", "oldest")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]{1,1000}")
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class StatementSearch:
    """Which statements, in which order, from where on. Days are days in Italy, of when they were stored."""

    who: str = ""
    learner_id: UUID | None = None
    verb: str | None = None  # a name of our vocabulary, or an IRI
    activity: str | None = None  # programme and activity, or an IRI
    registration: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None
    origin: str | None = None
    order: str = "newest"
    cursor: Cursor | None = None

    @property
    def stored_after(self) -> datetime | None:
        """The last instant before the first day: `since` leaves its own instant out."""
        return midnight(self.first_day) - MOMENT if self.first_day else None

    @property
    def stored_until(self) -> datetime | None:
        """The last instant of the last day."""
        return (
            midnight(self.last_day + timedelta(days=1)) - timedelta(microseconds=1) if self.last_day else None
        )

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return replace(self, order="newest", cursor=None) != StatementSearch()

    def query(self, **changes: Any) -> dict[str, str]:
        """The query string that gives this search back, some fields changed; from the beginning."""
        changed = replace(self, **{"cursor": None, **changes})
        unchanged = {field.name: field.default for field in fields(self)}
        values = {name: getattr(changed, field) for name, field in PARAMETERS.items()}
        return {
            name: write_cursor(value) if isinstance(value, Cursor) else str(value)
            for name, value in values.items()
            if value != unchanged[PARAMETERS[name]]
        }


PARAMETERS: Mapping[str, str] = {
    "who": "who",
    "learner": "learner_id",
    "verb": "verb",
    "activity": "activity",
    "registration": "registration",
    "from": "first_day",
    "to": "last_day",
    "origin": "origin",
    "order": "order",
    "after": "cursor",
}


def read_search(query: MultiDict[str, str]) -> StatementSearch:
    """The search of a query string; blank values are not given. Raises FiltersWrong naming the bad ones."""
    values, wrongs = read_values(query, READERS, {})
    found = StatementSearch(**{PARAMETERS[name]: value for name, value in values.items()})
    wrongs += days_in_order(found.first_day, found.last_day)
    if wrongs:
        raise FiltersWrong(tuple(wrongs), PARAMETERS)
    return found


def write_cursor(cursor: Cursor) -> str:
    """Where a page ended, as text for an address."""
    return f"{cursor.stored.isoformat()}~{cursor.id}~{cursor.bound.isoformat()}"


def _cursor(value: str) -> Cursor:
    try:
        stored, one, bound = value.split("~")
        # A moment without a zone is taken as UTC, never as local time: what we wrote has its zone.
        return Cursor(_instant(stored), UUID(one), _instant(bound))
    except (ValueError, OverflowError) as error:
        raise Unusable(_("Toglilo dall'indirizzo: riparti dalla prima pagina.")) from error


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _verb(value: str) -> str:
    if value not in VERBS and not IRI.fullmatch(value):
        raise Unusable(_("Scegli un verbo dall'elenco, oppure scrivi il suo indirizzo (IRI)."))
    return value


def _activity(value: str) -> str:
    programme, _slash, activity = value.partition("/")
    ours = IDENTIFIER.fullmatch(programme) and (not activity or IDENTIFIER.fullmatch(activity))
    if not ours and not IRI.fullmatch(value):
        raise Unusable(_("Scrivi programma e attività, come «co-alizione/m1», oppure un indirizzo (IRI)."))
    return value


READERS: Mapping[str, Reader] = {
    "who": short_text,
    "learner": lambda value: uuid(value, _("Non è il codice di una persona: toglilo dall'indirizzo.")),
    "verb": _verb,
    "activity": _activity,
    "registration": lambda value: uuid(
        value, _("È un codice come 3f2b8c1e-0c5e-5d8e-9b1a-0d6a3c1f7e21: copialo dalla dichiarazione.")
    ),
    "from": day,
    "to": day,
    "origin": one_of(ORIGINS),
    "order": one_of(ORDERS),
    "after": _cursor,
}
