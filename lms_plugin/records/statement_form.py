"""A statement as the LRS keeps it: its own members set, context activities as arrays, UTC, lower-case id."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lms_plugin.records.statement_index import CONTEXT_ACTIVITIES

Json = Mapping[str, Any]
# 2026-11-23T09:00:00.123456789+01:00, seconds, fraction and zone optional
INSTANT = re.compile(
    r"(\d{4}-?\d\d-?\d\d)[Tt](\d\d(?::?\d\d(?::?\d\d)?)?)(?:[.,](\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
PLAIN_LENGTHS = {20, 24, 27}  # 2026-11-23T09:00:00Z, with three or six digits after the seconds
FIRST_VERSION = "1.0.0"


def read_instant(text: str) -> datetime:
    """An ISO 8601 date and time as an aware instant, UTC when it names no zone; raises ValueError.

    The zone -00:00 is refused: it says that the zone is not known (xAPI 1.0.3 Data 4.5).
    """
    if len(text) in PLAIN_LENGTHS and text[4] + text[7] + text[10] + text[-1] == "--TZ":
        return datetime.fromisoformat(text)  # as nearly all are written
    found = INSTANT.fullmatch(text)
    if found is None:
        raise ValueError("not an ISO 8601 date and time")
    date, time, fraction, zone = found.groups()
    digits = f".{fraction[:6]:0<6}" if fraction else ""
    zone = "+00:00" if zone in {None, "Z", "z"} else zone
    if zone.startswith("-") and not zone.strip("-0:"):
        raise ValueError("a zone of -00:00 is none")
    try:
        return datetime.fromisoformat(f"{date}T{time}{digits}{zone}").astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("not between the years 1 and 9999") from beyond


def instant_text(instant: datetime) -> str:
    """An aware instant as the LRS writes it: UTC, microseconds, Z."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def kept_form(statement: Json, *, authority: Json, stored: datetime) -> dict[str, Any]:
    """The statement as readers will get it; the given one stays as it was."""
    moment = instant_text(stored)
    kept = _with_arrays(statement)
    kept["id"] = statement["id"].lower()
    kept["timestamp"] = _utc(statement["timestamp"]) if "timestamp" in statement else moment
    kept["stored"] = moment
    kept["authority"] = authority
    kept.setdefault("version", FIRST_VERSION)
    if kept["object"].get("objectType") == "SubStatement":
        kept["object"] = _with_arrays(kept["object"])
    return kept


def _utc(text: str) -> str:
    """The same instant in UTC; a text that is UTC already stays as the client wrote it."""
    return text if text.endswith("Z") else instant_text(read_instant(text))


def _with_arrays(statement: Json) -> dict[str, Any]:
    kept = dict(statement)
    groups = statement.get("context", {}).get("contextActivities")
    if groups is not None:
        arrays = {kind: _array(groups[kind]) for kind in CONTEXT_ACTIVITIES if kind in groups}
        kept["context"] = {**statement["context"], "contextActivities": arrays}
    return kept


def _array(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
