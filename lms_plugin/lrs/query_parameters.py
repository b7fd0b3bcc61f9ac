"""Reads the query of GET /statements (xAPI 1.0.3 Communication 2.1.3), refusing whatever it does not know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from lms_plugin.lrs.validation import formats
from lms_plugin.lrs.validation.agents import identified
from lms_plugin.lrs.validation.checks import Check, Invalid, one_of, text_format
from lms_plugin.lrs.validation.fitting import check_of
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.records.statement_filter import Cursor, StatementFilter
from lms_plugin.records.statement_form import read_instant
from lms_plugin.records.statement_index import agent_key, index_key
from lms_plugin.records.statement_reach import Reach

Value = TypeVar("Value")
LARGEST_PAGE = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Switch = Annotated[str, one_of("true", "false")]
Format = Annotated[str, one_of("exact", "ids", "canonical")]
Limit = Annotated[str, text_format(r"[0-9]{1,18}", "must be a whole number, 0 or more")]
Place = Annotated[str, text_format(r"[0-9]{1,17}~[0-9a-f]{32}~[0-9]{1,17}", "must be as it came in `more`")]
_switch, _format, _limit, _cursor = check_of(Switch), check_of(Format), check_of(Limit), check_of(Place)
ONE_STATEMENT = ("statementId", "voidedStatementId", "format", "attachments")
MANY_STATEMENTS = (
    "agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until",
    "limit", "format", "attachments", "ascending", "cursor",
)  # fmt: skip
IDS = ("statementId", "voidedStatementId")


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the reader wants to get what is found."""

    format: str
    attachments: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One statement by id, or else a page."""

    presentation: Presentation
    statement_id: UUID | None
    voided: bool
    filter: StatementFilter
    limit: int
    cursor: Cursor | None


def read_query(given: MultiDict[str, str], authority: str | None, reach: Reach) -> Wanted:
    """What a GET asks for, narrowed to what lies within `reach`, of `authority` if any; raises Invalid."""
    ids = [name for name in IDS if name in given]
    if len(ids) > 1:
        raise Invalid("statementId and voidedStatementId exclude each other")
    values = single_values(given, ONE_STATEMENT if ids else MANY_STATEMENTS)
    take = _taker(values)
    return Wanted(
        presentation=Presentation(take("format", _format, str) or "exact", _is_true(take, "attachments")),
        statement_id=take(ids[0], formats.uuid, UUID) if ids else None,
        voided=ids == ["voidedStatementId"],
        filter=replace(_filter(values), authority=authority, reach=reach),
        limit=min(take("limit", _limit, int) or LARGEST_PAGE, LARGEST_PAGE),
        cursor=take("cursor", _cursor, read_cursor),
    )


def single_values(given: MultiDict[str, str], allowed: Collection[str]) -> dict[str, str]:
    """The parameters; raises Invalid for one that does not belong, comes twice, or has another case."""
    for name in given:
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            raise Invalid(f"is not a query parameter here (allowed: {known})").below(name)
        if len(given.getlist(name)) > 1:
            raise Invalid("must not be given twice").below(name)
    return given.to_dict()


def _taker(values: dict[str, str]) -> Callable[[str, Check, Callable[[str], Any]], Any]:
    def take(name: str, check: Check, convert: Callable[[str], Value]) -> Value | None:
        if name not in values:
            return None
        try:
            check(values[name])
            return convert(values[name])
        except Invalid as invalid:
            raise invalid.below(name) from None

    return take


def _is_true(take: Callable[[str, Check, Callable[[str], Any]], Any], name: str) -> bool:
    return bool(take(name, _switch, lambda value: value == "true"))


def _filter(values: dict[str, str]) -> StatementFilter:
    take = _taker(values)
    return StatementFilter(
        agent=take(
            "agent", lambda value: identified(read_json(value)), lambda value: agent_key(read_json(value))
        ),
        related_agents=_is_true(take, "related_agents"),
        verb=take("verb", formats.iri, index_key),
        activity=take("activity", formats.iri, index_key),
        related_activities=_is_true(take, "related_activities"),
        registration=take("registration", formats.uuid, UUID),
        since=take("since", formats.timestamp, read_instant),
        until=take("until", formats.timestamp, read_instant),
        ascending=_is_true(take, "ascending"),
    )


def write_cursor(cursor: Cursor) -> str:
    """A cursor as it stands in `more`."""
    return f"{(cursor.stored - EPOCH) // MICROSECOND}~{cursor.id.hex}~{(cursor.bound - EPOCH) // MICROSECOND}"


def read_cursor(text: str) -> Cursor:
    """The cursor of such a text."""
    stored, last, bound = text.split("~")
    return Cursor(EPOCH + int(stored) * MICROSECOND, UUID(last), EPOCH + int(bound) * MICROSECOND)
