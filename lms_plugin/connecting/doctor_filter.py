"""The filter of the launch doctor, read from the address; what cannot be used is named, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from lms_plugin.connecting.diagnoses import DIAGNOSES
from lms_plugin.lti.launch_history import REFUSED, Wanted
from lms_plugin.lti.launch_report import OPENED
from lms_plugin.web.clock import ROME

# In the address; empty wants all.
OPENED_WORD, UNREGISTERED = "opened", "unregistered"
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class DoctorFilter:
    """What to show, as it stands in the address; `faults` has a sentence for each field that is wrong."""

    platform: str = ""
    code: str = ""
    first_day: date | None = None
    last_day: date | None = None
    page: int = 1
    faults: Mapping[str, str] = field(default_factory=dict)

    def wanted(self) -> Wanted:
        """The same as a question to the reports; days are Italian ones."""
        return Wanted(
            platform_id=UUID(self.platform) if self.platform not in {"", UNREGISTERED} else None,
            without_platform=self.platform == UNREGISTERED,
            code=_code(self.code),
            since=_midnight(self.first_day),
            until=_midnight(self.last_day + timedelta(days=1) if self.last_day else None),
        )

    def query(self, **changes: Any) -> dict[str, Any]:
        """The parameters of the address, some of them changed; the first page and what is empty go unsaid."""
        given = {
            "platform": self.platform, "code": self.code, "from": self.first_day, "to": self.last_day,
            "page": self.page if self.page > 1 else None,
        } | changes  # fmt: skip
        return {name: value for name, value in given.items() if value}


def _code(word: str) -> str | None:
    return {"": None, OPENED_WORD: OPENED}.get(word, word)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ROME) if day else None


def day_starts(now: datetime, days: int) -> list[datetime]:
    """The beginnings of the last so many Italian days, today's last."""
    today = now.astimezone(ROME).date()
    return [datetime.combine(today - timedelta(days=back), time(), ROME) for back in reversed(range(days))]


def read_filter(parameters: Mapping[str, str]) -> DoctorFilter:
    """The filter; a part that cannot be used is left out and named in `faults`."""
    faults: dict[str, str] = {}
    code, platform = parameters.get("code", "").strip(), parameters.get("platform", "").strip()
    if code not in {"", OPENED_WORD, REFUSED, *DIAGNOSES}:
        faults["code"], code = _("Scegli un esito dall'elenco."), ""
    if platform not in {"", UNREGISTERED} and not _is_uuid(platform):
        faults["platform"], platform = _("Scegli una piattaforma dall'elenco."), ""
    first, last = _day(parameters, "from", faults), _day(parameters, "to", faults)
    if first and last and first > last:
        faults["to"] = _("Scrivi un giorno uguale o successivo al primo.")
        last = None
    return DoctorFilter(platform, code, first, last, _page(parameters), faults)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _day(parameters: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = parameters.get(name, "").strip()
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = date.min
    if found is not None and not 2000 <= found.year <= 2100:  # noqa: PLR2004 - beyond is a slip of the keyboard
        faults[name] = _("Scrivi il giorno così: 2026-11-23.")
        return None
    return found


def _page(parameters: Mapping[str, str]) -> int:
    text = parameters.get("page", "")
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 9 else 1  # noqa: PLR2004 - more digits are no page
