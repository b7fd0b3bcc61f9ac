"""Reads the form of a new target."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from course_content.profile import activity_iri
from lms_plugin.delivery.forwarding.administering import NewTarget, TargetInvalid
from lms_plugin.delivery.forwarding.tables import BEGINNING
from lms_plugin.web.clock import ROME


def read_new_target(form: Mapping[str, str], public_url: str) -> NewTarget:
    """The values as they were written; raises TargetInvalid for a day that is none."""
    value = {name: form.get(name, "").strip() for name in form}
    programmes = value.get("programmes", "").split()
    return NewTarget(
        name=value.get("name", ""),
        url=value.get("url", ""),
        key=value.get("key", ""),
        secret=value.get("secret", ""),
        version=value.get("version", ""),
        verbs=tuple(value.get("verbs", "").split()),
        activities=tuple(activity_iri(public_url, programme) for programme in programmes),
        origin=value.get("origin", ""),
        since=_since(value.get("since", "")),
        canary=value.get("canary") == "yes",
    )


def read_day(text: str) -> datetime | None:
    """The beginning of a day as the browser's date field writes it, in Rome; None when it is none."""
    try:
        # In UTC at once: the first midnight of all, in Rome, is an instant that no clock has.
        return datetime.combine(date.fromisoformat(text.strip()), time(), ROME).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _since(text: str) -> datetime:
    if not text:
        return BEGINNING
    found = read_day(text)
    if found is None:
        raise TargetInvalid({"since": "no_day"})
    return found
