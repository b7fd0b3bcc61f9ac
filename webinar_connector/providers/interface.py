"""What every webinar platform must do for us, and how it says what it can do (video.md §6–7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webinar_connector.webinars import (
    BookedWebinar,
    Finding,
    Inside,
    Person,
    PresenceEvent,
    Sitting,
    WantedWebinar,
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What differs between platforms and changes what we may promise a person."""

    exists_before_start: bool
    live_presence: bool
    final_report: bool
    personal_links: bool
    updates_running: bool
    audio_and_video: bool | None  # None: the interface does not tell


class Provider(Protocol):
    """A webinar platform. Every method may raise a ProviderError."""

    @property
    def name(self) -> str: ...

    def capabilities(self) -> Capabilities:
        """What this platform can do."""

    def book(self, wanted: WantedWebinar, known: BookedWebinar | None, now: datetime) -> BookedWebinar:
        """Create or change the webinar on the platform; a platform without a calendar is only reached."""

    def read_back(self, booked: BookedWebinar) -> str | None:
        """The fingerprint as the platform holds it; None when it holds nothing before the start."""

    def cancel(self, booked: BookedWebinar) -> None:
        """Take the webinar off the platform; already gone counts as done."""

    def open_sitting(self, webinar: WantedWebinar) -> Sitting:
        """Open the room, or find it open: asking twice gives the same sitting."""

    def join_url(self, sitting: Sitting, person: Person) -> str:
        """A short-lived, personal link that is a credential: redirect to it, never store or mail it."""

    def presence(self, sitting: Sitting) -> tuple[Inside, ...]:
        """Who is inside now; nobody when this sitting is over."""

    def end(self, sitting: Sitting) -> None:
        """End the sitting for everybody; already ended counts as done."""

    def verify_callback(
        self, headers: Mapping[str, str], raw_body: bytes, url: str
    ) -> tuple[PresenceEvent, ...]:
        """The presence events of a message said to come from the platform; AuthError when it does not."""

    def doctor(self) -> tuple[Finding, ...]:
        """Self-test, in Italian, for the person who set the platform up; never raises."""
