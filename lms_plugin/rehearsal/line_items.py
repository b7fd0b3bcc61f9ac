"""The columns of the grade book as AGS shows, makes, changes and deletes them (AGS 2.0 §3.2)."""

import math
from collections.abc import Mapping

from lms_plugin.rehearsal.course import LineItem
from lms_plugin.rehearsal.installation import Installation, new_id
from lms_plugin.rehearsal.store import Memory


class LineItemRefused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def as_json(installation: Installation, item: LineItem) -> dict[str, object]:
    optional = {"resourceLinkId": item.resource_link_id, "startDateTime": item.start, "endDateTime": item.end}
    return {
        "id": installation.line_item_address(item.id),
        "label": item.label,
        "scoreMaximum": int(item.maximum) if item.maximum.is_integer() else item.maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
        **{name: value for name, value in optional.items() if value is not None},
    }


def find(installation: Installation, client_id: str, line_item_id: str) -> LineItem:
    """A column of the asking tool; raises LineItemRefused with 404 for another tool's too."""
    with installation.store.reading() as memory:
        item = memory.line_items.get(line_item_id)
    if item is None or item.client_id != client_id:
        raise LineItemRefused(404, "there is no such line item")
    return item


def matching(installation: Installation, client_id: str, filters: Mapping[str, str]) -> list[LineItem]:
    """The tool's columns, narrowed by resource_link_id, resource_id and tag when given."""
    with installation.store.reading() as memory:
        mine = [item for item in memory.line_items.values() if item.client_id == client_id]
    wanted = {name: filters[name] for name in ("resource_link_id", "resource_id", "tag") if name in filters}
    return [item for item in mine if all(getattr(item, name) == value for name, value in wanted.items())]


def create(installation: Installation, client_id: str, body: object) -> LineItem:
    """A new column from a decoded JSON body; raises LineItemRefused."""
    fields = _fields(installation, body)
    link_id = _optional_text(fields, "resourceLinkId")
    with installation.store.changing() as memory:
        if link_id is not None and not _owns(memory, client_id, link_id):
            raise LineItemRefused(404, "resourceLinkId names no link of this tool")
        item = _filled(LineItem(new_id("column"), client_id, "", 1.0, link_id), installation, fields)
        memory.line_items[item.id] = item
    return item


def change(installation: Installation, client_id: str, line_item_id: str, body: object) -> LineItem:
    """PUT: id, resourceLinkId and resourceId must not change; raises LineItemRefused."""
    item = find(installation, client_id, line_item_id)
    fields = _fields(installation, body)
    fixed = {
        "id": installation.line_item_address(item.id),
        "resourceLinkId": item.resource_link_id,
        "resourceId": item.resource_id,
    }
    for name, value in fixed.items():
        if name in fields and fields[name] != value:
            raise LineItemRefused(400, f"{name} must not change")
    with installation.store.changing() as memory:
        memory.line_items[item.id] = _filled(item, installation, {"resourceId": item.resource_id, **fields})
    return item


def delete(installation: Installation, client_id: str, line_item_id: str) -> None:
    """Remove a column and its grades; raises LineItemRefused, 403 where the LMS never deletes."""
    if not installation.profile.deletes_line_items:
        raise LineItemRefused(403, "this LMS does not delete line items")
    item = find(installation, client_id, line_item_id)
    with installation.store.changing() as memory:
        memory.line_items.pop(item.id, None)
        memory.grades = {key: grade for key, grade in memory.grades.items() if key[0] != item.id}


def _owns(memory: Memory, client_id: str, link_id: str) -> bool:
    link = memory.links.get(link_id)
    return link is not None and link.client_id == client_id


def _filled(item: LineItem, installation: Installation, fields: Mapping[str, object]) -> LineItem:
    item.label = _label(fields)
    item.maximum = score_maximum(
        fields.get("scoreMaximum"), integer=installation.profile.integer_maximum_only
    )
    item.resource_id = _optional_text(fields, "resourceId") or ""
    item.tag = _optional_text(fields, "tag") or ""
    item.start = _optional_text(fields, "startDateTime")
    item.end = _optional_text(fields, "endDateTime")
    return item


def score_maximum(value: object, *, integer: bool = False) -> float:
    """A scoreMaximum greater than 0; raises LineItemRefused."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value <= 0:  # type: ignore[arg-type,operator]
        raise LineItemRefused(400, "scoreMaximum must be a number greater than 0")
    maximum = float(value)  # type: ignore[arg-type]
    if integer and not maximum.is_integer():
        raise LineItemRefused(400, "scoreMaximum must be an integer")
    return maximum


def _fields(installation: Installation, body: object) -> Mapping[str, object]:
    if not isinstance(body, dict):
        raise LineItemRefused(400, "the body must be a JSON object")
    # Checked before anything is stored, so that a refused change leaves the column as it was.
    _label(body)
    score_maximum(body.get("scoreMaximum"), integer=installation.profile.integer_maximum_only)
    for name in ("resourceLinkId", "resourceId", "tag", "startDateTime", "endDateTime"):
        _optional_text(body, name)
    return body


def _label(fields: Mapping[str, object]) -> str:
    label = fields.get("label")
    if not isinstance(label, str) or not label.strip():
        raise LineItemRefused(400, "label must be a non-empty string")
    return label


def _optional_text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise LineItemRefused(400, f"{name} must be a string")
    return value
