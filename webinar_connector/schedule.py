"""From a programme to the webinars wanted on the platform."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from webinar_connector.intervals import utc
from webinar_connector.webinars import WantedWebinar


class ProgrammeWebinar(Protocol):
    """What is read of course_content's Webinar."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Mapping[str, str]: ...
    @property
    def minutes(self) -> int: ...
    @property
    def starts_at(self) -> datetime | None: ...


class ProgrammeOfWebinars(Protocol):
    """What is read of course_content's Programme."""

    @property
    def id(self) -> str: ...
    @property
    def webinars(self) -> Sequence[ProgrammeWebinar]: ...


def qualified_id(programme_id: str, webinar_id: str) -> str:
    """The id of a webinar among all programmes on one platform: `co-alizione.w01`."""
    return f"{programme_id}.{webinar_id}"


def wanted(programme_id: str, webinar: ProgrammeWebinar, language: str = "it") -> WantedWebinar:
    """One webinar as the platform should show it, with the start in UTC."""
    title = webinar.title.get(language) or webinar.title["it"]
    starts_at = None if webinar.starts_at is None else utc(webinar.starts_at)
    return WantedWebinar(
        id=qualified_id(programme_id, webinar.id),
        title=title,
        minutes=webinar.minutes,
        starts_at=starts_at,
        fingerprint=fingerprint(title, webinar.minutes, starts_at),
    )


def wanted_webinars(
    programmes: Iterable[ProgrammeOfWebinars], language: str = "it"
) -> tuple[WantedWebinar, ...]:
    """Every webinar of every programme, in the order of the files."""
    return tuple(
        wanted(programme.id, webinar, language) for programme in programmes for webinar in programme.webinars
    )


def fingerprint(title: str, minutes: int, starts_at: datetime | None) -> str:
    """Changes exactly when something a platform shows changes; the same on every machine."""
    shown = [title, minutes, None if starts_at is None else utc(starts_at).isoformat()]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:16]
