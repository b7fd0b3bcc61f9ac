"""The second step of the picker: title, text, column, dates and window of each item, read and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms_plugin.launching.offer import Offered
from lms_plugin.launching.picking_table import PickingRequest
from lms_plugin.lti.content_items import ChosenItem, Column
from lms_plugin.web.clock import ROME

LONGEST_TITLE, LONGEST_TEXT, LARGEST_MAXIMUM = 255, 1000, 1000
LOCAL = "%Y-%m-%dT%H:%M"  # as <input type="datetime-local"> writes it
Form = MultiDict[str, str]


@dataclass(slots=True)
class Details:
    """What is in the form for one item, as written, with what is wrong by field."""

    offered: Offered
    title: str
    text: str
    line_item: bool
    maximum: str
    opens: str
    closes: str
    target: str
    errors: dict[str, str] = field(default_factory=dict)

    def name(self, part: str) -> str:
        """The name of a field of this item."""
        return f"{part}-{self.offered.key}"


def proposed(offered: Offered, request: PickingRequest) -> Details:
    """The form as it is first shown."""
    return Details(
        offered,
        title=offered.title[:LONGEST_TITLE],
        text=offered.text[:LONGEST_TEXT],
        line_item=bool(offered.maximum) and request.accept_line_item,
        maximum=str(offered.maximum or ""),
        opens=_local(offered.opens_at),
        closes=_local(offered.closes_at),
        target=request.targets[0] if request.targets else "",
    )


def read_details(offered: Offered, request: PickingRequest, form: Form) -> Details:
    """What was sent for one item, checked."""
    asked = {part: form.get(f"{part}-{offered.key}", "").strip() for part in _PARTS}
    details = Details(
        offered,
        title=asked["title"],
        text=asked["text"],
        line_item=bool(asked["column"] and offered.maximum and request.accept_line_item),
        maximum=asked["maximum"],
        opens=asked["opens"],
        closes=asked["closes"],
        target=asked["target"],
    )
    details.errors = dict(_wrong(details, request.targets))
    return details


_PARTS = ("title", "text", "column", "maximum", "opens", "closes", "target")


def _wrong(details: Details, targets: Sequence[str]) -> Mapping[str, str]:
    checks = {
        "title": _title_error(details.title),
        "text": ""
        if _storable(details.text, LONGEST_TEXT)
        else _("Accorcia la descrizione a 1000 caratteri."),
        "maximum": _maximum_error(details),
        **_date_errors(details),
        "target": _target_error(details.target, targets),
    }
    return {part: words for part, words in checks.items() if words}


def _title_error(title: str) -> str:
    if not title:
        return str(_("Scrivi un titolo: è il nome che si vede nel corso."))
    return "" if _storable(title, LONGEST_TITLE) else str(_("Accorcia il titolo a 255 caratteri."))


def _storable(text: str, longest: int) -> bool:
    return len(text) <= longest and "\x00" not in text


def _maximum_error(details: Details) -> str:
    if not details.line_item:
        return ""
    written = details.maximum
    fits = written.isascii() and written.isdigit() and len(written) <= len(str(LARGEST_MAXIMUM))
    if fits and 1 <= int(written) <= LARGEST_MAXIMUM:
        return ""
    return str(_("Scrivi un punteggio massimo intero, da 1 a %(largest)s.", largest=LARGEST_MAXIMUM))


def _date_errors(details: Details) -> dict[str, str]:
    unreadable = _("Scrivi giorno e ora, per esempio 2026-11-24T09:00, o lascia vuoto.")
    moments = {
        part: (getattr(details, part), _moment(getattr(details, part))) for part in ("opens", "closes")
    }
    found = {part: unreadable for part, (written, moment) in moments.items() if written and moment is None}
    opens, closes = moments["opens"][1], moments["closes"][1]
    if opens and closes and closes <= opens:
        found["closes"] = _("La fine deve venire dopo l'inizio.")
    return found


def _target_error(target: str, targets: Sequence[str]) -> str:
    if target in targets or (not target and not targets):
        return ""
    return str(_("Scegli uno dei modi di apertura che il tuo LMS accetta."))


def _local(moment: datetime | None) -> str:
    return moment.astimezone(ROME).strftime(LOCAL) if moment else ""


def _moment(written: str) -> datetime | None:
    """A time of the form, in Rome; None when empty or not readable."""
    try:
        return datetime.strptime(written, LOCAL).replace(tzinfo=ROME)
    except ValueError:
        return None


def chosen_item(details: Details, public_url: str) -> ChosenItem:
    """The item as it goes to the LMS; only for details without errors."""
    offered = details.offered
    column = Column(details.title, int(details.maximum), offered.resource_id) if details.line_item else None
    return ChosenItem(
        title=details.title,
        text=details.text,
        url=f"{public_url}{offered.path}",
        custom=offered.custom,
        column=column,
        opens_at=_moment(details.opens),
        closes_at=_moment(details.closes),
        target=details.target,
    )
